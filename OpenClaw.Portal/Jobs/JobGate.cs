using OpenClaw.Gateway.Core.Administration.Jobs;

namespace OpenClaw.Portal.Jobs;

/// <summary>What stands between one scheduler and the runner: once it is shut, that scheduler starts nothing, even if it cannot be made to end.</summary>
internal sealed class JobGate(JobRunner runner)
{
    private volatile bool _shut;

    public void Shut() => _shut = true;

    public Task RunAsync(string job, CancellationToken cancellationToken) => _shut ? Task.CompletedTask : runner.RunScheduledAsync(job, cancellationToken);
}
