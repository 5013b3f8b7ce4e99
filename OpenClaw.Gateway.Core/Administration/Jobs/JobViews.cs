using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Jobs;

/// <summary>A job with its schedule and how it went (contract: Job).</summary>
/// <param name="Name">As in its address.</param>
/// <param name="Title">For people.</param>
/// <param name="Summary">What it does.</param>
/// <param name="Cron">When it runs: six or seven fields with seconds, UTC.</param>
/// <param name="DefaultCron">When it runs unless somebody sets otherwise.</param>
/// <param name="Paused">It does not run by itself.</param>
/// <param name="ScheduleFault">Why no job runs by itself at present; null when all is well.</param>
/// <param name="Running">The run that goes on; null when none does.</param>
/// <param name="NextRunAt">When it runs next by itself; null when it does not.</param>
/// <param name="NextRuns">The next five times of its schedule, paused or not.</param>
/// <param name="LastRun">The last run that ended and was no dry run.</param>
public sealed record JobView(
    string Name, string Title, string Summary, string Cron, string DefaultCron, bool Paused, string? ScheduleFault,
    JobRunningView? Running, DateTimeOffset? NextRunAt, IReadOnlyList<DateTimeOffset> NextRuns, JobRunView? LastRun)
{
    /// <summary>Rises with every change of the schedule: the ETag.</summary>
    [JsonIgnore]
    public int Version { get; init; }
}

/// <summary>A run that goes on.</summary>
public sealed record JobRunningView(Guid Id, DateTimeOffset StartedAt, long Items, bool DryRun, string StartedBy);

/// <summary>One run of a job (contract: Job run). <paramref name="Items"/> of a dry run are those that would be handled.</summary>
/// <param name="Id">Key.</param>
/// <param name="Job">The job's name.</param>
/// <param name="Items">Handled.</param>
/// <param name="Outcome">One of <see cref="JobOutcomes"/>.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="FinishedAt">When it ended; null while it runs.</param>
/// <param name="DurationMs">How long it took; null while it runs.</param>
/// <param name="DryRun">It only counted.</param>
/// <param name="Faults">What went wrong or is worth knowing, a line each.</param>
/// <param name="StartedBy"><c>schedule</c>, or who asked for it.</param>
/// <param name="Node">The node that ran it.</param>
public sealed record JobRunView(
    Guid Id, string Job, long Items, string Outcome, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, long? DurationMs, bool DryRun,
    IReadOnlyList<string> Faults, string StartedBy, string Node)
{
    internal static JobRunView Of(JobRun row) => new(
        row.Id, row.Job, row.Items, row.Outcome, row.StartedAt, row.FinishedAt,
        row.FinishedAt is { } end ? (long)Math.Max(0, (end - row.StartedAt).TotalMilliseconds) : null, row.DryRun,
        row.Detail is { Length: > 0 } detail ? detail.Split('\n') : [], row.StartedBy, row.Node);
}
