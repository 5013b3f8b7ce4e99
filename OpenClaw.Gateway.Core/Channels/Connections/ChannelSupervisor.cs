using System.Collections.Concurrent;
using System.Collections.Frozen;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.Connections;

/// <summary>What all owners of connections use. The outbox is asked for late: it needs the senders, and they need the links.</summary>
internal sealed record OwnerTools(
    ICatalog Catalog, ChannelDoor Door, IChannelMemory Memory, IConversationAliases Aliases, GapLedger Gaps, IEventBus Events, Func<IOutbox> Outbox, TimeProvider Time, ILogger Log);

/// <summary>Keeps a connection for every channel whose kind has a connector, as the configuration says. One channel's trouble is its own.</summary>
internal sealed class ChannelSupervisor : IHostedService, IChannelLinks, ITenantRemoval
{
    private readonly FrozenDictionary<string, IChannelConnector> _connectors;
    private readonly OwnerTools _tools;
    private readonly ConcurrentDictionary<Guid, ChannelOwner> _owners = new();
    private readonly Lock _following = new();
    private bool _isStopped;

    public ChannelSupervisor(
        IEnumerable<IChannelConnector> connectors, ICatalog catalog, ChannelDoor door, IChannelMemory memory, IConversationAliases aliases, GapLedger gaps, IEventBus events,
        Lazy<IOutbox> outbox, TimeProvider time, ILogger<ChannelSupervisor> log)
    {
        _connectors = connectors.ToFrozenDictionary(c => c.Kind, StringComparer.Ordinal);
        _tools = new(catalog, door, memory, aliases, gaps, events, () => outbox.Value, time, log);
    }

    /// <inheritdoc />
    public ChannelLink? Look(Guid channel) => _owners.TryGetValue(channel, out var owner) ? owner.Look() : null;

    /// <summary>Makes that channel's connection anew, at once; false when it is to have none.</summary>
    public bool Restart(Guid channel) => _owners.TryGetValue(channel, out var owner) && owner.Restart();

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _tools.Catalog.Changed += Queue;
        Follow();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _tools.Catalog.Changed -= Queue;
        lock (_following) _isStopped = true;
        return Task.WhenAll(_owners.Values.Select(o => o.StopAsync())).WaitAsync(cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask RemoveAsync(Guid tenant, CancellationToken cancellationToken)
    {
        foreach (var channel in _tools.Catalog.Channels.Where(c => c.Tenant.Id == tenant))
            if (_owners.TryRemove(channel.Id, out var owner)) await owner.StopAsync().WaitAsync(cancellationToken);
    }

    private void Queue() => ThreadPool.UnsafeQueueUserWorkItem(static s => s.Follow(), this, preferLocal: false);

    private void Follow()
    {
        lock (_following)
        {
            if (_isStopped) return;
            foreach (var (id, owner) in _owners)
                if (_tools.Catalog.FindChannel(id) is null && _owners.TryRemove(id, out _)) _ = owner.StopAsync();
            foreach (var channel in _tools.Catalog.Channels)
                if (_connectors.TryGetValue(channel.Kind, out var connector)) _owners.GetOrAdd(channel.Id, _ => new(connector, channel, _tools)).Follow(channel);
        }
    }
}

/// <summary>The Restart button of a kind whose channels the supervisor connects.</summary>
internal sealed class ConnectionRestart(string kind, ChannelSupervisor supervisor) : IChannelRestart
{
    /// <inheritdoc />
    public string Kind => kind;

    /// <inheritdoc />
    public int Restart(Guid channel) => supervisor.Restart(channel) ? 1 : 0;
}
