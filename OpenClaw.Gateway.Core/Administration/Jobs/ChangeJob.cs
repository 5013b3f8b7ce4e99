using System.Text.Json;
using System.Text.Json.Nodes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.Jobs;

/// <summary>Changes when a job runs by itself, and pauses it. A run that goes on is not touched.</summary>
public sealed class ChangeJob(ISystemDbFactory databases, JobRunner runner, JobQueries queries, IJobSchedule schedule, TimeProvider time)
{
    /// <summary>Shown where a cron expression is wrong.</summary>
    public const string Example = "0 30 3 * * ? (every day at 03:30 UTC)";

    private const int MaxCron = 120;

    /// <summary>
    /// An RFC 7396 merge patch of <c>cron</c> (null: the default again) and <c>paused</c>. With <paramref name="version"/>: only when that is
    /// still the present one.
    /// </summary>
    public async Task<AdminResult<JobView>> PatchAsync(Caller caller, string name, JsonElement patch, int? version = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Own);
        if (runner.Find(name) is not { } job) return AdminResult.NotFound<JobView>();
        using var turn = await ConfigurationTurns.EnterAsync(Guid.Empty, cancellationToken);
        await using var db = databases.Create();
        var row = await JobTimings.FindAsync(db, name, cancellationToken);
        var before = SetTiming.Of(row);
        if (version is { } expected && expected != before.Version) return AdminResult.Stale<JobView>();
        var (after, errors) = Merge(job, before, patch);
        if (errors.Any) return AdminResult.Invalid<JobView>(errors);
        if (after != before)
        {
            after = after with { Version = before.Version + 1 };
            JobTimings.Put(db, row, name, after);
            AuditTrail.Note(db, caller with { Tenant = Guid.Empty }, time.GetUtcNow(), "job.changed", new(Guid.Empty, name), Audited(before.For(job)), Audited(after.For(job)));
            if (await Saving.TryAsync<JobView>(db, cancellationToken) is { } failure) return failure;
            await schedule.ApplyAsync(after.For(job), CancellationToken.None);
        }

        return AdminResult.Done((await queries.GetAsync(caller, name, cancellationToken))!);
    }

    /// <summary>Reads a cron expression as <see cref="PatchAsync"/> does: its full form, or what is wrong.</summary>
    public CronReading Read(string cron)
    {
        ArgumentNullException.ThrowIfNull(cron);
        if (cron.Length > MaxCron) return new(null, $"Must have at most {MaxCron} characters.");
        var reading = schedule.Read(cron);
        if (reading.Cron is { } read && schedule.Next(read, 1).Count == 0) return new(null, "It never comes: there is no time in the future that fits. To stop a job, pause it.");
        return reading.Fault is { } fault ? new(null, $"{fault} An example: {Example}.") : reading;
    }

    private (SetTiming Timing, FieldErrors Errors) Merge(IMaintenanceJob job, SetTiming before, JsonElement patch)
    {
        var document = Document.Merge(new() { ["cron"] = before.Cron, ["paused"] = before.Paused }, patch, "cron", "paused");
        var paused = document.Flag("paused", absent: false);
        var cron = document.IsAbsent("cron") ? null : document.Text("cron");
        if (cron is not null)
        {
            var reading = Read(cron);
            if (reading.Fault is { } fault) document.Errors.Add("cron", fault);
            cron = reading.Cron == job.DefaultCron ? null : reading.Cron;
        }

        return (before with { Cron = cron, Paused = paused }, document.Errors);
    }

    private static JsonObject Audited(JobTiming timing) => new() { ["cron"] = timing.Cron, ["paused"] = timing.Paused };
}
