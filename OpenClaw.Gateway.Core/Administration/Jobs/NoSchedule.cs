using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Administration.Jobs;

/// <summary>Where the host brings no scheduler: jobs run when somebody runs them.</summary>
internal sealed class NoSchedule : IJobSchedule
{
    public string Fault => "This installation has no scheduler: jobs run only when somebody runs them.";

    public CronReading Read(string cron) => new(null, Fault);

    public IReadOnlyList<DateTimeOffset> Next(string cron, int count) => [];

    public Task ApplyAsync(JobTiming timing, CancellationToken cancellationToken) => Task.CompletedTask;
}
