namespace OpenClaw.FakePlatforms.Serving;

/// <summary>Says that something has changed, so that who waits for a state looks again: no polling, no sleeps.</summary>
internal sealed class Changes
{
    /// <summary>When a wait of a test gives up.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes at the next change. Take it before looking at the state.</summary>
    public Task Next => Volatile.Read(ref _changed).Task;

    public void Raise() =>
        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <summary>Waits until the probe finds something.</summary>
    /// <param name="probe">Looks at the state; called again after each change.</param>
    /// <param name="what">What is awaited, for the message when it does not come.</param>
    /// <param name="limit">In real time; 30 s when left out.</param>
    /// <exception cref="TimeoutException">It has not come.</exception>
    public async Task<T> WaitAsync<T>(Func<T?> probe, Func<string> what, TimeSpan? limit = null)
        where T : class
    {
        using var over = new CancellationTokenSource(limit ?? Patience);
        while (true)
        {
            var next = Next;
            if (probe() is { } found) return found;
            try
            {
                await next.WaitAsync(over.Token);
            }
            catch (OperationCanceledException e) when (over.IsCancellationRequested)
            {
                throw new TimeoutException(what(), e);
            }
        }
    }
}
