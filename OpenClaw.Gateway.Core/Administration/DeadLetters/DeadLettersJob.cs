using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Replays;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Holds;

namespace OpenClaw.Gateway.Core.Administration.DeadLetters;

/// <summary>
/// Removes what is left of failures that are over: dead letters that were replayed or discarded, replays of many with their items, attempts on messages
/// that have no dead letter. Open and quarantined letters stay for as long as their messages; so does what a legal hold keeps.
/// </summary>
internal sealed class DeadLettersJob(ISystemDbFactory databases, TimeProvider time) : IMaintenanceJob
{
    private const int Batch = 500;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);
    private static readonly string[] Over = [DeadLetterStates.Replayed, DeadLetterStates.Discarded];
    private static readonly string[] Ended = [ReplayStates.Done, ReplayStates.Cancelled, ReplayStates.Failed];

    public string Name => "dead-letters";

    public string Title => "Old dead letters are cleared away";

    public string Summary => "Removes dead letters that were replayed or discarded more than 90 days ago, replays of many that ended before that, and attempts older than that on messages without a dead letter.";

    public string DefaultCron => "0 10 4 * * ?";

    public async Task RunAsync(JobProgress progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var before = time.GetUtcNow() - Kept;
        await RemoveLettersAsync(before, progress, cancellationToken);
        await RemoveAsync(db => db.ReplayItems.Where(i => db.Replays.Any(r => r.Id == i.ReplayId && Ended.Contains(r.State) && r.FinishedAt < before)), progress, cancellationToken);
        await RemoveAsync(db => db.Replays.Where(r => Ended.Contains(r.State) && r.FinishedAt < before), progress, cancellationToken);
        await RemoveAsync(db => db.Attempts.Where(a => a.StartedAt < before && !db.DeadLetters.Any(d => d.MessageId == a.MessageId)), progress, cancellationToken);
    }

    private async Task RemoveLettersAsync(DateTimeOffset before, JobProgress progress, CancellationToken cancellationToken)
    {
        var holds = new Dictionary<Guid, HoldSet>();
        var last = Guid.Empty;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await using var db = databases.Create();
            var page = await (
                from letter in db.DeadLetters.AsNoTracking().Where(d => d.Id > last && Over.Contains(d.State) && d.ResolvedAt < before)
                join row in db.Sessions on letter.SessionId equals row.Id into rows
                from session in rows.DefaultIfEmpty()
                orderby letter.Id
                select new { letter.Id, letter.TenantId, letter.SessionId, letter.ChannelId, User = (string?)session.UserId }).Take(Batch).ToListAsync(cancellationToken);
            if (page.Count == 0) return;
            last = page[^1].Id;
            foreach (var tenant in page.Select(p => p.TenantId).Distinct().Where(t => !holds.ContainsKey(t))) holds[tenant] = await HoldSet.ReadAsync(db, tenant, cancellationToken);
            var ids = page.Where(p => holds[p.TenantId].Find(p.SessionId, p.ChannelId, p.User is null ? [] : [p.User]) is null).Select(p => p.Id).ToList();
            progress.Count(progress.IsDryRun || ids.Count == 0 ? ids.Count : await db.WriteAsync(d => d.DeadLetters.Where(l => ids.Contains(l.Id)).ExecuteDeleteAsync(CancellationToken.None), cancellationToken));
        }
    }

    private async Task RemoveAsync<T>(Func<GatewayDbContext, IQueryable<T>> which, JobProgress progress, CancellationToken cancellationToken)
        where T : class
    {
        await using var db = databases.Create();
        if (progress.IsDryRun)
        {
            progress.Count(await which(db).LongCountAsync(cancellationToken));
            return;
        }

        int removed;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            removed = await db.WriteAsync(d => which(d).Take(Batch).ExecuteDeleteAsync(CancellationToken.None), cancellationToken);
            progress.Count(removed);
        }
        while (removed == Batch);
    }
}
