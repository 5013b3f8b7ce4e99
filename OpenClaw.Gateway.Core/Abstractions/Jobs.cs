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

/// <summary>When a job runs by itself.</summary>
/// <param name="Job">The job's name.</param>
/// <param name="Cron">Six or seven fields with seconds, UTC.</param>
/// <param name="Paused">It does not run by itself.</param>
public sealed record JobTiming(string Job, string Cron, bool Paused);

/// <summary>What somebody wrote as a schedule, read: either <paramref name="Cron"/> in its full form, or what is wrong with it.</summary>
public sealed record CronReading(string? Cron, string? Fault);

/// <summary>
/// Runs jobs at their times. The times themselves are the gateway's (<see cref="JobTiming"/>); a scheduler behind this keeps what is due, over
/// restarts and, on several nodes, once for all of them. While it cannot work, nothing runs by itself and all else goes on.
/// </summary>
public interface IJobSchedule
{
    /// <summary>Why nothing runs by itself at present, for people; null when all is well.</summary>
    string? Fault { get; }

    /// <summary>Reads a cron expression of five, six or seven fields.</summary>
    CronReading Read(string cron);

    /// <summary>The next times of a cron expression, UTC; fewer or none where it ends.</summary>
    IReadOnlyList<DateTimeOffset> Next(string cron, int count);

    /// <summary>Takes over changed times. A scheduler that cannot do so now does it as soon as it can.</summary>
    Task ApplyAsync(JobTiming timing, CancellationToken cancellationToken);
}
