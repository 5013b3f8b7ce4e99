using System.Collections.Concurrent;
using System.Net.WebSockets;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Agents.Socket;

/// <summary>The connected processes of all agents of this node.</summary>
internal sealed class AgentSockets(ICatalog catalog, Circuits circuits, TimeProvider time, ILogger<AgentSockets> log) : IAgentSockets, IAgentConnections, IAgentTyping, ITenantRemoval
{
    /// <summary>Processes of one agent.</summary>
    internal const int MostConnections = 256;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private readonly ConcurrentDictionary<Guid, AgentGroup> _groups = new();
    private readonly ConcurrentDictionary<Guid, Task> _running = new();
    private volatile bool _stopping;

    public bool IsStopping => _stopping;

    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The agent's processes; null when none ever came.</summary>
    public AgentGroup? Find(Guid agent) => _groups.GetValueOrDefault(agent);

    public bool HasRoom(Guid agent) => Find(agent)?.Connections() is not { Length: >= MostConnections };

    public IReadOnlyList<AgentConnectionView> Of(Guid agent) => [.. Find(agent)?.Connections().Select(c => c.View()) ?? []];

    public IReadOnlyCollection<string> LiveIntents(Guid agent) => Find(agent)?.Intents ?? [];

    public void Typing(Guid agent, Guid session, bool on)
    {
        if (Find(agent) is not { } group) return;
        foreach (var connection in group.Connections())
            if (connection.WantsTyping) connection.Tell(GatewayFrames.Typing(session, on));
    }

    public async Task ServeAsync(AgentModel agent, AgentPeer peer, WebSocket socket, CancellationToken allowed)
    {
        ArgumentNullException.ThrowIfNull(agent);
        var group = _groups.GetOrAdd(agent.Id, id => new(() => circuits.Free(id)));
        var connection = new AgentConnection(group, agent, peer, socket, time, log);
        group.Add(connection);
        var running = connection.RunAsync(() => _stopping);
        _running[connection.Id] = running;
        try
        {
            await using var registration = allowed.UnsafeRegister(static c => _ = ((AgentConnection)c!).CloseAsync(WebSocketCloseStatus.PolicyViolation, AgentConnection.Policy, "The agent process may not be connected any more: its API key was taken away or changed."), connection);
            // who was switched off or removed while it came in was not on the list when that was looked through
            if (_stopping) _ = connection.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, "stopping", "The gateway stops.");
            else if (!MayStay(connection)) _ = CloseAsync(connection);
            await running.ConfigureAwait(false);
        }
        finally
        {
            _running.TryRemove(connection.Id, out _);
        }
    }

    /// <summary>The configuration has changed: who belongs to an agent that is gone, switched off or suspended is closed.</summary>
    public void Review()
    {
        foreach (var (agent, group) in _groups)
        {
            foreach (var connection in group.Connections())
                if (!MayStay(connection)) _ = CloseAsync(connection);
            if (catalog.FindAgent(agent) is null && group.IsEmpty) _groups.TryRemove(new(agent, group));
        }
    }

    /// <summary>Lets nobody else in, and says goodbye to all: with a moment for the answers that they are making.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        var all = _groups.Values.SelectMany(g => g.Connections().Select(c => (Group: g, Connection: c))).ToList();
        foreach (var (group, connection) in all) group.Retire(connection);
        var until = time.GetUtcNow() + Patience;
        while (all.Exists(c => c.Connection.Open > 0) && time.GetUtcNow() < until && !cancellationToken.IsCancellationRequested)
            await Task.Delay(Look, time, CancellationToken.None).ConfigureAwait(false);
        foreach (var (_, connection) in all) _ = connection.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, "stopping", "The gateway stops.");
        await Task.WhenAll(_running.Values).WaitAsync(Patience, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>The tenant is suspended, so its processes are closing: gives them a moment, then drops them.</summary>
    public async ValueTask RemoveAsync(Guid tenant, CancellationToken cancellationToken)
    {
        foreach (var connection in OfTenant(tenant)) _ = CloseAsync(connection);
        for (var round = 0; round < 30 && OfTenant(tenant).Count > 0; round++) await Task.Delay(Look, time, cancellationToken).ConfigureAwait(false);
        foreach (var connection in OfTenant(tenant)) connection.Drop("The tenant was removed.");
    }

    private bool MayStay(AgentConnection connection) =>
        catalog.FindAgent(connection.Agent.Id) is { Enabled: true, Kind: SocketKind.Name, Tenant.Suspended: false };

    private static Task CloseAsync(AgentConnection connection) =>
        connection.CloseAsync(WebSocketCloseStatus.PolicyViolation, AgentConnection.Policy, "The agent was switched off or removed, or its tenant is suspended.");

    private List<AgentConnection> OfTenant(Guid tenant) => [.. _groups.Values.SelectMany(g => g.Connections()).Where(c => c.Agent.Tenant.Id == tenant)];
}
