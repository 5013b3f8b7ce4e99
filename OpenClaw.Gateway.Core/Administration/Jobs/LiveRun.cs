using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Administration.Jobs;

/// <summary>A run that goes on in this process.</summary>
internal sealed class LiveRun : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<JobRunView> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LiveRun(Guid id, string job, DateTimeOffset startedAt, string startedBy, bool dryRun)
    {
        (Id, Job, StartedAt, StartedBy, Progress, Stopping) = (id, job, startedAt, startedBy, new(dryRun), _stop.Token);
    }

    public Guid Id { get; }

    public string Job { get; }

    public DateTimeOffset StartedAt { get; }

    public string StartedBy { get; }

    public JobProgress Progress { get; }

    public CancellationToken Stopping { get; }

    /// <summary>When it has ended and its end is written down.</summary>
    public Task<JobRunView> Ended => _ended.Task;

    public JobRunningView View => new(Id, StartedAt, Progress.Items, Progress.IsDryRun, StartedBy);

    public void Stop()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // it ended in this moment
        }
    }

    public void End(JobRunView view) => _ended.TrySetResult(view);

    public void Dispose() => _stop.Dispose();
}
