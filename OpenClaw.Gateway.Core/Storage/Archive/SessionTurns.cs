namespace OpenClaw.Gateway.Core.Storage.Archive;

/// <summary>One at a time per session for those who archive, restore, rewrite or delete: nothing is kept of sessions that nobody works on.</summary>
internal sealed class SessionTurns
{
    private readonly Dictionary<Guid, Queue<TaskCompletionSource<IDisposable>>> _taken = [];
    private readonly Lock _lock = new();

    /// <summary>The turn, or null when another has it.</summary>
    public IDisposable? TryEnter(Guid session)
    {
        lock (_lock) return _taken.TryAdd(session, new()) ? new Turn(this, session) : null;
    }

    /// <summary>Waits for the turn.</summary>
    public async Task<IDisposable> EnterAsync(Guid session, CancellationToken cancellationToken)
    {
        TaskCompletionSource<IDisposable> mine;
        lock (_lock)
        {
            if (_taken.TryAdd(session, new())) return new Turn(this, session);
            mine = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _taken[session].Enqueue(mine);
        }

        await using var given = cancellationToken.UnsafeRegister(static (waiting, token) => ((TaskCompletionSource<IDisposable>)waiting!).TrySetCanceled(token), mine);
        return await mine.Task;
    }

    /// <summary>Somebody waits for it: who can stop between two pieces of its work does.</summary>
    public bool IsWanted(Guid session)
    {
        lock (_lock) return _taken.TryGetValue(session, out var waiting) && waiting.Count > 0;
    }

    private void Leave(Guid session)
    {
        lock (_lock)
        {
            while (_taken[session].TryDequeue(out var next))
                if (next.TrySetResult(new Turn(this, session))) return;
            _taken.Remove(session);
        }
    }

    private sealed class Turn(SessionTurns turns, Guid session) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0) turns.Leave(session);
        }
    }
}
