using Quartz;

namespace OpenClaw.Portal.Jobs;

/// <summary>What Quartz fires: it hands the job's name to the runner, which knows the work. Never twice at once, on all nodes of a store.</summary>
[DisallowConcurrentExecution]
internal sealed class ScheduledJob(JobGate gate) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await gate.RunAsync(context.JobDetail.Key.Name, cancellationToken);
}
