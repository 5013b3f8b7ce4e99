namespace OpenClaw.Gateway.Core.Agents;

/// <summary>
/// Bounds the requests that an agent has open. People come first: what is replayed in bulk waits behind them and never holds more than half of
/// the turns, so that it cannot keep them waiting for its own length.
/// </summary>
internal sealed class AgentTurns(int most)
{
    private readonly Lock _lock = new();
    private readonly Queue<Waiter> _people = new();
    private readonly Queue<Waiter> _bulk = new();
    private int _most = Math.Max(1, most);
    private int _taken;
    private int _takenByBulk;

    /// <summary>Requests that wait for their turn.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock) return _people.Count + _bulk.Count;
        }
    }

    private bool BulkMayEnter => _taken < _most && _takenByBulk < Math.Max(1, _most / 2);

    /// <summary>Waits for a turn, which <see cref="Leave"/> gives back.</summary>
    public ValueTask EnterAsync(bool bulk, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Waiter waiter;
        lock (_lock)
        {
            if (bulk ? BulkMayEnter && _people.Count == 0 : _taken < _most)
            {
                Take(bulk);
                return default;
            }

            waiter = new();
            (bulk ? _bulk : _people).Enqueue(waiter);
        }

        return new(waiter.WaitAsync(this, bulk, cancellationToken));
    }

    /// <summary>Gives a turn back.</summary>
    public void Leave(bool bulk)
    {
        lock (_lock)
        {
            _taken--;
            if (bulk) _takenByBulk--;
            LetIn();
        }
    }

    /// <summary>Another bound: what is open stays open.</summary>
    public void Resize(int most)
    {
        lock (_lock)
        {
            _most = Math.Max(1, most);
            LetIn();
        }
    }

    /// <summary>Under the lock.</summary>
    private void LetIn()
    {
        while (_taken < _most && Next(_people) is { } person) Let(person, bulk: false);
        while (BulkMayEnter && _people.Count == 0 && Next(_bulk) is { } item) Let(item, bulk: true);
    }

    private void Let(Waiter waiter, bool bulk)
    {
        Take(bulk);
        waiter.Entered.SetResult();
    }

    private void Take(bool bulk)
    {
        _taken++;
        if (bulk) _takenByBulk++;
    }

    private static Waiter? Next(Queue<Waiter> queue)
    {
        while (queue.TryDequeue(out var waiter))
            if (!waiter.IsGone) return waiter;
        return null;
    }

    private sealed class Waiter
    {
        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>It gave up. Guarded by the turns' lock.</summary>
        public bool IsGone { get; private set; }

        public async Task WaitAsync(AgentTurns turns, bool bulk, CancellationToken cancellationToken)
        {
            try
            {
                await Entered.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                bool entered;
                lock (turns._lock)
                {
                    IsGone = true;
                    entered = Entered.Task.IsCompleted;
                }

                if (entered) turns.Leave(bulk);
                throw;
            }
        }
    }
}
