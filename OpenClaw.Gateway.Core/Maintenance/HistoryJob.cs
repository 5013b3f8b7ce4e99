using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Held;
using OpenClaw.Gateway.Core.Channels.Email.Threads;
using OpenClaw.Gateway.Core.Events.Webhooks;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Maintenance;

/// <summary>Removes records of the gateway's own work that nobody needs any more: old runs of jobs, past alerts and drills, remembered answers of the API.</summary>
internal sealed class HistoryJob(ISystemDbFactory databases, TimeProvider time, HeldMails? held = null) : IMaintenanceJob
{
    private const int Batch = 500;
    private const int MostRuns = 1_000;
    private static readonly TimeSpan RunsKept = TimeSpan.FromDays(90);

    /// <summary>A key is remembered for 24 hours; an hour more, so that none goes while it may still be asked for.</summary>
    private static readonly TimeSpan AnswersKept = TimeSpan.FromHours(25);

    private static readonly TimeSpan EventsTakenKept = TimeSpan.FromDays(7);
    private static readonly TimeSpan EventsKept = TimeSpan.FromDays(30);

    public string Name => "history";

    public string Title => "Old records are cleared away";

    public string Summary => "Removes runs of jobs older than 90 days or beyond 1,000 of each job, alerts and fault drills that ended so long ago, answers that the API remembered for idempotency keys that have run out, events that webhooks took more than 7 days ago, or did not take within 30, mails that were held back for 30 days, and what joins mails to conversations after 400 days.";

    public string DefaultCron => "0 50 3 * * ?";

    public async Task RunAsync(JobProgress progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var now = time.GetUtcNow();
        var oldest = now - RunsKept;
        await RemoveAsync<JobRun>(r => r.StartedAt < oldest && r.Outcome != "running", progress, cancellationToken);
        foreach (var (job, last) in await CrowdedAsync(oldest, cancellationToken)) await RemoveAsync<JobRun>(r => r.Job == job && r.Id <= last && r.StartedAt >= oldest && r.Outcome != "running", progress, cancellationToken);
        await RemoveAsync<Alert>(a => a.EndedAt != null && a.EndedAt < oldest, progress, cancellationToken);
        await RemoveAsync<Drill>(d => d.EndedAt != null && d.EndedAt < oldest, progress, cancellationToken);
        var answered = now - AnswersKept;
        await RemoveAsync<IdempotentRequest>(r => r.CreatedAt < answered, progress, cancellationToken);
        await RemoveEventsAsync(now, progress, cancellationToken);
        var unanswered = now - MailBook.Kept;
        await RemoveAsync<MailEntry>(m => m.At < unanswered, progress, cancellationToken);
        if (held is not null) progress.Count(await held.PruneAsync(progress.IsDryRun, cancellationToken));
    }

    /// <summary>By endpoint and time, which is how they are indexed; and what a deleted endpoint left.</summary>
    private async Task RemoveEventsAsync(DateTimeOffset now, JobProgress progress, CancellationToken cancellationToken)
    {
        List<Guid> logs, webhooks;
        await using (var db = databases.Create())
        {
            logs = await db.EventDeliveries.Select(d => d.WebhookId).Distinct().ToListAsync(cancellationToken);
            webhooks = await db.EventWebhooks.Select(w => w.Id).ToListAsync(cancellationToken);
        }

        var (taken, given) = (EventLog.FirstIdAt(now - EventsTakenKept), EventLog.FirstIdAt(now - EventsKept));
        foreach (var webhook in logs.Intersect(webhooks))
        {
            await RemoveAsync<EventDelivery>(d => d.WebhookId == webhook && d.Id < given && d.State != EventDeliveryStates.Pending, progress, cancellationToken);
            await RemoveAsync<EventDelivery>(d => d.WebhookId == webhook && d.Id < taken && d.State == EventDeliveryStates.Delivered, progress, cancellationToken);
        }

        foreach (var left in logs.Except(webhooks)) await RemoveAsync<EventDelivery>(d => d.WebhookId == left, progress, cancellationToken);
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
