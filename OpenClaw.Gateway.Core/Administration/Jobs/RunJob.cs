using System.Globalization;
using System.Text.Json.Nodes;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.Jobs;

/// <summary>Runs a job now, and stops one that runs.</summary>
public sealed class RunJob(ISystemDbFactory databases, JobRunner runner, JobQueries queries, TimeProvider time)
{
    /// <summary>
    /// Starts a run and returns when it has ended, however it ended. In use (409) when the job runs already. Once it has begun, nobody's
    /// giving up stops it but <see cref="StopAsync"/>.
    /// </summary>
    public async Task<AdminResult<JobRunView>> RunAsync(Caller caller, string name, bool dryRun, CancellationToken cancellationToken = default)
    {
        var started = await BeginAsync(caller, name, dryRun, cancellationToken);
        return started.Value is { } run ? AdminResult.Done(await run.Ended) : started.As<JobRunView>();
    }

    /// <summary>Starts a run and returns at once.</summary>
    public async Task<AdminResult<JobRunningView>> StartAsync(Caller caller, string name, bool dryRun, CancellationToken cancellationToken = default)
    {
        var started = await BeginAsync(caller, name, dryRun, cancellationToken);
        return started.Value is { } run ? AdminResult.Done(run.View) : started.As<JobRunningView>();
    }

    /// <summary>
    /// Asks the run that goes on to stop after its batch and waits some seconds for that: the run as it is then. In use (409) when there is
    /// nothing to stop here.
    /// </summary>
    public async Task<AdminResult<JobRunView>> StopAsync(Caller caller, string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Own);
        if (runner.Find(name) is null) return AdminResult.NotFound<JobRunView>();
        if (runner.Live(name) is not { } run)
        {
            var elsewhere = (await queries.GetAsync(caller, name, cancellationToken))?.Running;
            return AdminResult.InUse<JobRunView>(elsewhere is null ? "The job is not running." : "The job runs on another node of this installation: stop it there.");
        }

        await using (var db = databases.Create())
        {
            AuditTrail.Note(db, caller with { Tenant = Guid.Empty }, time.GetUtcNow(), "job.stopped", new(run.Id, name));
            await db.SaveChangesAsync(cancellationToken);
        }

        run.Stop();
        return AdminResult.Done(await runner.EndsInTimeAsync(run) ? await run.Ended : Unfinished(run));
    }

    private async Task<AdminResult<LiveRun>> BeginAsync(Caller caller, string name, bool dryRun, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Own);
        if (runner.Find(name) is not { } job) return AdminResult.NotFound<LiveRun>();
        var by = caller.Name.Length > 0 ? caller.Name : caller.Id.ToString();
        var (run, other) = await runner.StartAsync(
            job, dryRun, by.Length > 256 ? by[..256] : by,
            (db, started) => AuditTrail.Note(db, caller with { Tenant = Guid.Empty }, started.StartedAt, "job.run", new(started.Id, name), after: new JsonObject { ["dryRun"] = dryRun }),
            cancellationToken);
        if (run is not null) return AdminResult.Done(run);
        return AdminResult.InUse<LiveRun>(other is null ? "The gateway is stopping." : Told(other));
    }

    private static string Told(JobRunningView other) =>
        string.Create(CultureInfo.InvariantCulture, $"It is running since {other.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC (run {other.Id}, started by {other.StartedBy}).");

    private JobRunView Unfinished(LiveRun run) => new(
        run.Id, run.Job, run.Progress.Items, JobOutcomes.Running, run.StartedAt, null, null, run.Progress.IsDryRun, run.Progress.Faults, run.StartedBy, runner.Node);
}
