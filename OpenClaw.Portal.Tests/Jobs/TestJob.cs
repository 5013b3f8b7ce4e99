using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Portal.Tests.Jobs;

/// <summary>A job that counts its runs and does what the test says.</summary>
internal sealed class TestJob(Func<JobProgress, CancellationToken, Task>? work = null, string name = "test-job", string cron = "0 0 3 1 1 ?") : IMaintenanceJob
{
    private int _runs;
    private int _now;
    private int _most;

    public string Name => name;

    public string Title => "Test job";

    public string Summary => "Does what the test says.";

    public string DefaultCron => cron;

    public int Runs => Volatile.Read(ref _runs);

    /// <summary>So many ran at once at most.</summary>
    public int Most => Volatile.Read(ref _most);

    public async Task RunAsync(JobProgress progress, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _runs);
        var now = Interlocked.Increment(ref _now);
        InterlockedMax(now);
        try
        {
            if (work is not null) await work(progress, cancellationToken);
            else progress.Count(3);
        }
        finally
        {
            Interlocked.Decrement(ref _now);
        }
    }

    private void InterlockedMax(int value)
    {
        for (var seen = _most; value > seen; seen = _most) Interlocked.CompareExchange(ref _most, value, seen);
    }
}
