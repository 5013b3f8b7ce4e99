using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Channels.WebSocket;

/// <summary>The open connections of this node.</summary>
internal sealed class SocketRegistry(LiveFigures figures, TimeProvider time) : ITenantRemoval
{
    private const int Rounds = 30;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private readonly HashSet<SocketConnection> _open = [];
    private readonly Lock _lock = new();
    private TaskCompletionSource? _empty;

    /// <summary>True once the gateway stops: nobody else is let in.</summary>
    public bool IsStopping { get; private set; }

    public int Count
    {
        get
        {
            lock (_lock) return _open.Count;
        }
    }

    /// <summary>False when the gateway stops.</summary>
    public bool TryAdd(SocketConnection connection)
    {
        lock (_lock)
            if (IsStopping || !_open.Add(connection)) return false;
        figures.Sockets(connection.Channel.Tenant.Id, connection.Channel.Id, 1);
        return true;
    }

    public void Remove(SocketConnection connection)
    {
        lock (_lock)
        {
            if (_open.Remove(connection)) figures.Sockets(connection.Channel.Tenant.Id, connection.Channel.Id, -1);
            if (_open.Count == 0) _empty?.TrySetResult();
        }
    }

    public IReadOnlyList<SocketConnection> All()
    {
        lock (_lock) return [.. _open];
    }

    /// <summary>Lets nobody else in; the connections that were open.</summary>
    public IReadOnlyList<SocketConnection> Stop()
    {
        lock (_lock)
        {
            IsStopping = true;
            return [.. _open];
        }
    }

    /// <summary>Completes when no connection is open.</summary>
    public Task WaitForEmptyAsync()
    {
        lock (_lock)
        {
            if (_open.Count == 0) return Task.CompletedTask;
            _empty ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _empty.Task;
        }
    }

    /// <summary>The tenant is suspended, so its sockets are closing: gives them a moment, then drops them.</summary>
    public async ValueTask RemoveAsync(Guid tenant, CancellationToken cancellationToken)
    {
        for (var round = 0; round < Rounds && OfTenant(tenant).Count > 0; round++) await Task.Delay(Look, time, cancellationToken);
        foreach (var connection in OfTenant(tenant)) connection.Drop(DropCause.CloseUnanswered, fault: null);
    }

    private List<SocketConnection> OfTenant(Guid tenant) => [.. All().Where(c => c.Channel.Tenant.Id == tenant)];

    /// <summary>A connection has moved to its address's next episode: its siblings follow. Rare, so a walk over all is fine.</summary>
    public void Follow(SocketConnection moved, Guid session)
    {
        foreach (var connection in All())
        {
            if (!ReferenceEquals(connection, moved) && connection.RootId == moved.RootId) connection.Feed.Follow(session);
        }
    }
}
