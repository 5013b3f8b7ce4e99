namespace OpenClaw.Gateway.Core.Channels.Discord.Listening;

/// <summary>
/// Which events of a shard's session are done with. The session is resumed after the last one up to which all are: what was not accepted comes again.
/// </summary>
internal sealed class SequenceLedger(long after = 0)
{
    private readonly Lock _lock = new();
    private readonly SortedSet<long> _open = [];
    private readonly List<(long Sequence, TaskCompletionSource Reached)> _waiters = [];
    private long _highest = after;

    /// <summary>All up to this one are done with.</summary>
    public long Done
    {
        get
        {
            lock (_lock) return Level;
        }
    }

    private long Level => _open.Count == 0 ? _highest : Math.Min(_highest, _open.Min - 1);


    /// <summary>An event is taken in.</summary>
    public void Open(long sequence)
    {
        lock (_lock) _open.Add(sequence);
    }

    /// <summary>There was no room for it after all: it comes again.</summary>
    public void Withdraw(long sequence)
    {
        lock (_lock) _open.Remove(sequence);
    }

    /// <summary>An event is done with, whether it was taken in or only passed.</summary>
    public void Close(long sequence)
    {
        List<TaskCompletionSource> reached = [];
        lock (_lock)
        {
            _open.Remove(sequence);
            _highest = Math.Max(_highest, sequence);
            var level = Level;
            for (var i = _waiters.Count - 1; i >= 0; i--)
            {
                if (_waiters[i].Sequence > level) continue;
                reached.Add(_waiters[i].Reached);
                _waiters.RemoveAt(i);
            }
        }

        foreach (var waiter in reached) waiter.SetResult();
    }

    /// <summary>Completes when all up to that one are done with.</summary>
    public Task ReachAsync(long sequence, CancellationToken cancellationToken)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (Level >= sequence) return Task.CompletedTask;
            _waiters.Add((sequence, reached));
        }

        return reached.Task.WaitAsync(cancellationToken);
    }
}
