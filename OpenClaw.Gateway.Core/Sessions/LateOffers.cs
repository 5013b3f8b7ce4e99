namespace OpenClaw.Gateway.Core.Sessions;

/// <summary>
/// Messages that could not be taken at once (their session is loaded, or about to be another), in line by address: what is offered later waits
/// behind them, so that no message overtakes an earlier one of its sender. While there are none, that costs one read.
/// </summary>
internal sealed class LateOffers
{
    private readonly Dictionary<Guid, Task> _last = [];
    private int _count;

    /// <summary>Whether something waits for that address.</summary>
    public bool IsWaiting(Guid root)
    {
        if (Volatile.Read(ref _count) == 0) return false;
        lock (_last) return _last.ContainsKey(root);
    }

    /// <summary>Runs the offer behind those that wait for the address. It must not throw.</summary>
    public void Add(Guid root, Func<Task> offer)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task? before;
        lock (_last)
        {
            before = _last.GetValueOrDefault(root);
            _last[root] = done.Task;
            Interlocked.Increment(ref _count);
        }

        _ = RunAsync(root, before, offer, done);
    }

    private async Task RunAsync(Guid root, Task? before, Func<Task> offer, TaskCompletionSource done)
    {
        if (before is not null) await before;
        await offer();
        lock (_last)
        {
            if (ReferenceEquals(_last.GetValueOrDefault(root), done.Task)) _last.Remove(root);
            Interlocked.Decrement(ref _count);
        }

        done.SetResult();
    }
}
