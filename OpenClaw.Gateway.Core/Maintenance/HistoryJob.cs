using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Maintenance;

/// <summary>Removes records of the gateway's own work that nobody needs any more: old runs of jobs, remembered answers of the API.</summary>
internal sealed class HistoryJob(ISystemDbFactory databases, TimeProvider time) : IMaintenanceJob
{
    private const int Batch = 500;
    private const int MostRuns = 1_000;
    private static readonly TimeSpan RunsKept = TimeSpan.FromDays(90);

    /// <summary>A key is remembered for 24 hours; an hour more, so that none goes while it may still be asked for.</summary>
    private static readonly TimeSpan AnswersKept = TimeSpan.FromHours(25);

    public string Name => "history";

    public string Title => "Old records are cleared away";

    public string Summary => "Removes runs of jobs older than 90 days or beyond 1,000 of each job, and answers that the API remembered for idempotency keys that have run out.";

    public string DefaultCron => "0 50 3 * * ?";

    public async Task RunAsync(JobProgress progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var now = time.GetUtcNow();
        var oldest = now - RunsKept;
        await RemoveAsync<JobRun>(r => r.StartedAt < oldest && r.Outcome != "running", progress, cancellationToken);
        foreach (var (job, last) in await CrowdedAsync(oldest, cancellationToken)) await RemoveAsync<JobRun>(r => r.Job == job && r.Id <= last && r.StartedAt >= oldest && r.Outcome != "running", progress, cancellationToken);
        var answered = now - AnswersKept;
        await RemoveAsync<IdempotentRequest>(r => r.CreatedAt < answered, progress, cancellationToken);
    }

    /// <summary>Jobs with more runs than are kept, each with the newest run that is too many.</summary>
    private async Task<List<(string Job, Guid Last)>> CrowdedAsync(DateTimeOffset oldest, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        List<(string, Guid)> crowded = [];
        foreach (var job in await db.JobRuns.Select(r => r.Job).Distinct().ToListAsync(cancellationToken))
        {
            var last = await db.JobRuns.Where(r => r.Job == job && r.StartedAt >= oldest).OrderByDescending(r => r.Id).Skip(MostRuns).Select(r => (Guid?)r.Id).FirstOrDefaultAsync(cancellationToken);
            if (last is { } id) crowded.Add((job, id));
        }

        return crowded;
    }

    private async Task RemoveAsync<T>(Expression<Func<T, bool>> which, JobProgress progress, CancellationToken cancellationToken)
        where T : class
    {
        await using var db = databases.Create();
        if (progress.IsDryRun)
        {
            progress.Count(await db.Set<T>().LongCountAsync(which, cancellationToken));
            return;
        }

        int removed;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            removed = await db.WriteAsync(d => d.Set<T>().Where(which).Take(Batch).ExecuteDeleteAsync(CancellationToken.None), cancellationToken);
            progress.Count(removed);
        }
        while (removed == Batch);
    }
}
