namespace OpenClaw.FakePlatforms.Serving;

/// <summary>Things that have happened, newest last and bounded, and those who wait for one: they are told, nothing polls.</summary>
/// <param name="keep">How many are remembered.</param>
internal sealed class Watch<T>(int keep)
    where T : class
{
    private readonly Lock _lock = new();
    private readonly Queue<T> _items = new();
    private readonly List<Waiter> _waiters = [];

    /// <summary>Told of everything new; handlers must be quick.</summary>
    public event Action<T>? Added;

    public IReadOnlyList<T> Items
    {
        get
        {
            lock (_lock) return [.. _items];
        }
    }

    /// <summary>Something new.</summary>
    public void Add(T item)
    {
        lock (_lock)
        {
            _items.Enqueue(item);
            if (_items.Count > keep) _items.Dequeue();
            Tell(item);
        }

        Added?.Invoke(item);
    }

    /// <summary>Something known is not as it was: who waits looks at it again.</summary>
    public void Changed(T item)
    {
        lock (_lock) Tell(item);
    }

    /// <summary>Waits until that many match; what has already happened counts.</summary>
    /// <param name="match">Called under a lock: it must only look.</param>
    /// <param name="count">How many.</param>
    /// <param name="what">What is awaited, for the message when it does not come.</param>
    /// <param name="limit">In real time; 30 s when left out.</param>
    /// <exception cref="TimeoutException">They have not come.</exception>
    public async Task<IReadOnlyList<T>> WaitAsync(Func<T, bool> match, int count, string what, TimeSpan? limit = null)
    {
        Waiter waiter;
        lock (_lock)
        {
            waiter = new(match, count, [.. _items.Where(match)]);
            if (waiter.IsContent) return waiter.Found;
            _waiters.Add(waiter);
        }

        try
        {
            await waiter.Done.Task.WaitAsync(limit ?? Changes.Patience);
            return waiter.Found;
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{what}: {waiter.Found.Count} of {count} came. The last of all: {string.Join(" | ", Items.TakeLast(5))}", e);
        }
        finally
        {
            lock (_lock) _waiters.Remove(waiter);
        }
    }

    private void Tell(T item)
    {
        foreach (var waiter in _waiters) waiter.Look(item);
    }

    private sealed class Waiter(Func<T, bool> match, int count, List<T> found)
    {
        private readonly HashSet<T> _seen = new(found, ReferenceEqualityComparer.Instance);

        public List<T> Found { get; } = found;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsContent => Found.Count >= count;

        public void Look(T item)
        {
            if (IsContent || !match(item) || !_seen.Add(item)) return;
            Found.Add(item);
            if (IsContent) Done.TrySetResult();
        }
    }
}
