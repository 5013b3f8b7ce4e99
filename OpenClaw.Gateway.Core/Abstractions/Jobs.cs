namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>
/// A recurring piece of upkeep. Works in batches; stops between two when cancelled, and a later run goes on where it stopped, because what
/// is done no longer matches. Never runs twice at once. What fails on one item is told as a fault and the rest goes on; only what stops all is thrown.
/// </summary>
public interface IMaintenanceJob
{
    /// <summary>As in the contract: <c>sessions-dormancy</c>.</summary>
    string Name { get; }

    /// <summary>For people.</summary>
    string Title { get; }

    /// <summary>One sentence for people: what it does, to what.</summary>
    string Summary { get; }

    /// <summary>When it runs unless somebody sets otherwise: six fields with seconds, UTC.</summary>
    string DefaultCron { get; }

    /// <summary>One run.</summary>
    Task RunAsync(JobProgress progress, CancellationToken cancellationToken);
}

/// <summary>How far one run of a job is. Counted by the job, read by others at any time.</summary>
public sealed class JobProgress(bool isDryRun = false)
{
    /// <summary>So many faults are kept in words; the rest is counted.</summary>
    public const int MaxFaults = 20;

    private readonly Lock _lock = new();
    private readonly List<string> _faults = [];
    private long _items;
    private long _faultCount;

    /// <summary>Count only what would be handled, and change nothing.</summary>
    public bool IsDryRun => isDryRun;

    /// <summary>Items handled so far.</summary>
    public long Items => Interlocked.Read(ref _items);

    /// <summary>Items that failed.</summary>
    public long FaultCount => Interlocked.Read(ref _faultCount);

    /// <summary>What went wrong, for people: ids and reasons, no message text.</summary>
    public IReadOnlyList<string> Faults
    {
        get
        {
            lock (_lock) return [.. _faults];
        }
    }

    /// <summary>Handled so many more.</summary>
    public void Count(long items = 1) => Interlocked.Add(ref _items, items);

    /// <summary>One item failed.</summary>
    public void Fault(string sentence)
    {
        Interlocked.Increment(ref _faultCount);
        lock (_lock)
            if (_faults.Count < MaxFaults) _faults.Add(sentence);
    }
}
