using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.Jobs;

/// <summary>Reads jobs and their history, for the owner of the installation.</summary>
public sealed class JobQueries(ISystemDbFactory databases, JobRunner runner, IJobSchedule schedule)
{
    private const int TimesShown = 5;

    /// <summary>All jobs, by name.</summary>
    public async Task<IReadOnlyList<JobView>> ListAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        Demand(caller);
        await using var db = databases.Create();
        var set = await JobTimings.SetAsync(db, cancellationToken);
        List<JobView> views = [];
        foreach (var job in runner.Jobs) views.Add(await ViewAsync(db, job, set.GetValueOrDefault(job.Name, SetTiming.Nothing), cancellationToken));
        return views;
    }

    /// <summary>One job, or null when there is none of that name.</summary>
    public async Task<JobView?> GetAsync(Caller caller, string name, CancellationToken cancellationToken = default)
    {
        Demand(caller);
        if (runner.Find(name) is not { } job) return null;
        await using var db = databases.Create();
        return await ViewAsync(db, job, SetTiming.Of(await JobTimings.FindAsync(db, name, cancellationToken)), cancellationToken);
    }

    /// <summary>Runs of a job, newest first; null when there is no such job.</summary>
    public async Task<Page<JobRunView>?> RunsAsync(Caller caller, string name, PageRequest page, CancellationToken cancellationToken = default)
    {
        Demand(caller);
        if (runner.Find(name) is null) return null;
        await using var db = databases.Create();
        var query = db.JobRuns.AsNoTracking().Where(r => r.Job == name);
        if (Cursor.Parse(page.After) is { Id: var last }) query = query.Where(r => r.Id < last);
        var rows = await query.OrderByDescending(r => r.Id).Take(page.Size + 1).ToListAsync(cancellationToken);
        var more = rows.Count > page.Size;
        if (more) rows.RemoveAt(page.Size);
        var live = runner.Live(name);
        return new([.. rows.Select(r => JobRunView.Of(r)).Select(r => live?.Id == r.Id ? r with { Items = live.Progress.Items } : r)], more ? new Cursor(0, rows[^1].Id).ToString() : null);
    }

    private static void Demand(Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Own);
    }

    private async Task<JobView> ViewAsync(GatewayDbContext db, IMaintenanceJob job, SetTiming set, CancellationToken cancellationToken)
    {
        var last = await db.JobRuns.AsNoTracking().Where(r => r.Job == job.Name && r.Outcome != JobOutcomes.Running && !r.DryRun)
            .OrderByDescending(r => r.Id).FirstOrDefaultAsync(cancellationToken);
        var timing = set.For(job);
        var next = schedule.Next(timing.Cron, TimesShown);
        DateTimeOffset? due = timing.Paused || schedule.Fault is not null || next.Count == 0 ? null : next[0];
        return new(
            job.Name, job.Title, job.Summary, timing.Cron, job.DefaultCron, timing.Paused, schedule.Fault,
            runner.Live(job.Name)?.View ?? await ElsewhereAsync(db, job.Name, cancellationToken), due, next, last is null ? null : JobRunView.Of(last)) { Version = set.Version };
    }

    /// <summary>The run of another node.</summary>
    private async Task<JobRunningView?> ElsewhereAsync(GatewayDbContext db, string job, CancellationToken cancellationToken)
    {
        var row = await db.JobRuns.AsNoTracking().Where(r => r.Job == job && r.Outcome == JobOutcomes.Running && r.Node != runner.Node)
            .OrderByDescending(r => r.Id).FirstOrDefaultAsync(cancellationToken);
        return row is null ? null : new(row.Id, row.StartedAt, row.Items, row.DryRun, row.StartedBy);
    }
}
