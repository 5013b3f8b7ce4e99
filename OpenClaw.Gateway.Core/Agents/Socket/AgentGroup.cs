namespace OpenClaw.Gateway.Core.Agents.Socket;

/// <summary>
/// The connected processes of one agent, which share its requests: each goes to the one with the smallest part of its capacity in use. Who finds all
/// of them full waits in order; when none is left that takes requests, nobody waits here any more.
/// </summary>
/// <param name="freed">Told when there is one that takes requests and there was none.</param>
internal sealed class AgentGroup(Action freed)
{
    private readonly Lock _lock = new();
    private readonly List<AgentConnection> _connections = [];
    private readonly Queue<Waiter> _waiters = new();
    private IReadOnlyCollection<string> _intents = [];
    private long _turn;
    private bool _available;

    public bool IsAvailable => Volatile.Read(ref _available);

    public bool IsEmpty
    {
        get
        {
            lock (_lock) return _connections.Count == 0;
        }
    }

    /// <summary>What those that take requests can do, together.</summary>
    public IReadOnlyCollection<string> Intents => Volatile.Read(ref _intents);

    /// <summary>The oldest first.</summary>
    public AgentConnection[] Connections()
    {
        lock (_lock) return [.. _connections];
    }

    public void Add(AgentConnection connection)
    {
        lock (_lock) _connections.Add(connection);
    }

    public void Remove(AgentConnection connection)
    {
        lock (_lock) _connections.Remove(connection);
        Changed();
    }

    /// <summary>A process said something about itself.</summary>
    public void Changed(AgentConnection connection, ReadyFrame ready)
    {
        lock (_lock) connection.Become(ready);
        Changed();
    }

    /// <summary>It gets nothing new: it is about to be closed.</summary>
    public void Retire(AgentConnection connection)
    {
        lock (_lock) connection.Retire();
        Changed();
    }

    /// <summary>A process with room, which is given back by <see cref="Leave"/>. Null: none takes requests.</summary>
    public ValueTask<AgentConnection?> ReserveAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Waiter waiter;
        lock (_lock)
        {
            if (!_available) return default;
            if (Pick() is { } connection) return new(connection);
            _waiters.Enqueue(waiter = new());
        }

        return new(waiter.WaitAsync(this, cancellationToken));
    }

    public void Leave(AgentConnection connection)
    {
        lock (_lock)
        {
            connection.Open--;
            LetIn();
        }
    }

    private void Changed()
    {
        bool isFree;
        lock (_lock)
        {
            var before = _available;
            Volatile.Write(ref _available, _connections.Exists(c => c.Capacity > 0));
            var intents = _connections.Where(c => c.Capacity > 0).SelectMany(c => c.Intents).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
            if (!intents.SequenceEqual(_intents, StringComparer.Ordinal)) Volatile.Write(ref _intents, intents);
            LetIn();
            isFree = _available && !before;
        }

        if (isFree) freed();
    }

    /// <summary>Under the lock.</summary>
    private void LetIn()
    {
        while (_waiters.TryPeek(out var first))
        {
            if (!first.IsGone)
            {
                var connection = _available ? Pick() : null;
                if (connection is null && _available) return;
                first.Found.TrySetResult(connection);
            }

            _waiters.Dequeue();
        }
    }

    /// <summary>Under the lock: the least loaded; of equals, the one that has been idle longest.</summary>
    private AgentConnection? Pick()
    {
        AgentConnection? best = null;
        foreach (var connection in _connections)
        {
            if (connection.Open >= connection.Capacity) continue;
            // open/capacity, compared without division
            var less = best is null ? -1 : ((long)connection.Open * best.Capacity).CompareTo((long)best.Open * connection.Capacity);
            if (less < 0 || (less == 0 && connection.LastTurn < best!.LastTurn)) best = connection;
        }

        if (best is null) return null;
        best.Open++;
        best.LastTurn = ++_turn;
        return best;
    }

    private sealed class Waiter
    {
        public TaskCompletionSource<AgentConnection?> Found { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>It gave up. Guarded by the group's lock.</summary>
        public bool IsGone { get; private set; }

        public async Task<AgentConnection?> WaitAsync(AgentGroup group, CancellationToken cancellationToken)
        {
            try
            {
                return await Found.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                AgentConnection? found;
                lock (group._lock)
                {
                    IsGone = true;
                    found = Found.Task.IsCompletedSuccessfully ? Found.Task.Result : null;
                }

                if (found is not null) group.Leave(found);
                throw;
            }
        }
    }
}
