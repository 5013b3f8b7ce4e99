using System.Collections.Concurrent;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Agents.Tools;

/// <summary>The connections of one agent to servers of tools: its own, and those that sessions bring along.</summary>
internal sealed class ToolServers(IReadOnlyList<McpServerSetting> own, AgentModel model, OutgoingHttp http, TimeProvider time) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<McpServerKey, McpConnection> _connections = new();

    /// <summary>The tools for a request; <paramref name="note"/> takes what people should know.</summary>
    public ValueTask<ToolBox> OpenAsync(byte[]? sessionTools, IReadOnlyCollection<string> reserved, Action<string, string> note, CancellationToken cancellationToken)
    {
        var (ofSession, faults) = McpServerSetting.OfSession(sessionTools);
        if (own.Count == 0 && ofSession.Count == 0 && faults.Count == 0) return new(ToolBox.Empty);
        foreach (var fault in faults) note("session", fault);
        List<(string, McpConnection)> servers = [.. own.Select(s => (s.Name, Connection(s)))];
        foreach (var server in ofSession)
        {
            if (own.Any(s => s.Name.Equals(server.Name, StringComparison.OrdinalIgnoreCase))) note(server.Name, "The session binds a server of this name, which the agent has itself: the agent's is used.");
            else servers.Add((server.Name, Connection(server)));
        }

        return ToolBox.OpenAsync(servers, reserved, note, cancellationToken);
    }

    /// <summary>The connection to one of the agent's own servers, for a look at it.</summary>
    public McpConnection Connection(McpServerSetting server)
    {
        if (_connections.Count > ToolLimits.Connections) Sweep();
        return _connections.GetOrAdd(new(server.Name, server.Url.AbsoluteUri, server.IsOfSession, string.Join('\n', server.Tools ?? ["*"])), _ => new(server, server.IsOfSession ? null : model.Secrets.GetValueOrDefault(server.Secret), http, time));
    }

    /// <summary>Closes what nobody uses.</summary>
    public void Rest()
    {
        foreach (var connection in _connections.Values) connection.Rest();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var key in _connections.Keys)
        {
            if (_connections.TryRemove(key, out var connection)) await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Sessions come and go, and their servers with them.</summary>
    private void Sweep()
    {
        foreach (var (key, connection) in _connections)
        {
            if (key.IsOfSession && connection.IsIdle) _connections.TryRemove(key, out _);
        }
    }

    private sealed record McpServerKey(string Name, string Url, bool IsOfSession, string Tools);
}
