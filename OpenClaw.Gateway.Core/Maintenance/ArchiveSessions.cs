using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Maintenance;

/// <summary>
/// Archives expired sessions whose last message (or end) is long enough ago for their channel. A legal hold does not keep a session from the
/// archive: nothing of it is lost there.
/// </summary>
internal sealed class ArchiveSessions(
    ISystemDbFactory databases, ICatalog catalog, SessionArchiver archiver, ArchiveRecovery recovery, Journal journal, TimeProvider time) : IMaintenanceJob
{
    private const int Page = 256;
    private int _ranBefore;

    public string Name => "sessions-archive";

    public string Title => "Archive conversations";

    public string Summary => "Writes expired conversations to compressed transcripts, which stay readable and searchable, and removes their messages from the database.";

    public string DefaultCron => "0 10 * * * ?";

    public async Task RunAsync(JobProgress progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var pace = new ArchivePace(journal, time);
        if (!progress.IsDryRun)
        {
            await recovery.ContinueAsync(pace, progress, cancellationToken);
            if (Interlocked.Exchange(ref _ranBefore, 1) == 0) await recovery.RemoveLeftOversAsync(cancellationToken); // a crash ends the process
        }

        await foreach (var batch in BatchesAsync(cancellationToken))
        {
            var done = progress.IsDryRun ? batch.Count : await archiver.ArchiveAsync(batch, pace, progress, cancellationToken);
            progress.Count(done);
        }
    }

    /// <summary>Due sessions, oldest first: short ones together, a long one by itself.</summary>
    private async IAsyncEnumerable<List<Session>> BatchesAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (batch, entries) = (new List<Session>(), 0L);
        await foreach (var session in DueAsync(cancellationToken))
        {
            if (batch.Count > 0 && (batch.Count == SessionArchiver.BatchSessions || entries + session.LastSeq > SessionArchiver.BatchEntries))
            {
                yield return batch;
                (batch, entries) = ([], 0);
            }

            batch.Add(session);
            entries += session.LastSeq;
        }

        if (batch.Count > 0) yield return batch;
    }

    private async IAsyncEnumerable<Session> DueAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (since, shortest) = (now - DateTimeOffset.UnixEpoch, Shortest());
        var latest = now - (shortest < since ? shortest : since);
        var (at, id) = (DateTimeOffset.UnixEpoch, Guid.Empty);
        while (true)
        {
            var (from, after) = (at, id);
            List<Session> page;
            await using (var db = databases.Create())
            {
                page = await db.Sessions.AsNoTracking()
                    .Where(s => s.State == SessionState.Expired && s.LastActivityAt <= latest && s.LastActivityAt >= from && (s.LastActivityAt > from || s.Id > after))
                    .OrderBy(s => s.LastActivityAt).ThenBy(s => s.Id).Take(Page).ToListAsync(cancellationToken);
            }

            foreach (var session in page)
                if (IsDue(session, now)) yield return session;
            if (page.Count < Page) yield break;
            (at, id) = (page[^1].LastActivityAt, page[^1].Id);
        }
    }

    private bool IsDue(Session session, DateTimeOffset now)
    {
        var since = session.EndedAt is { } end && end > session.LastActivityAt ? end : session.LastActivityAt;
        return ArchiveAfter(session) is { } span && now - since >= span;
    }

    /// <summary>As its channel says; the tenant where the channel was deleted; null where the tenant goes as well.</summary>
    private TimeSpan? ArchiveAfter(Session session) =>
        catalog.FindChannel(session.ChannelId)?.Timers.ArchiveAfter
        ?? (catalog.FindTenant(session.TenantId) is { } tenant ? SessionTimers.Of(tenant.Settings).ArchiveAfter : null);

    private TimeSpan Shortest() =>
        catalog.Channels.Select(c => c.Timers.ArchiveAfter)
            .Concat(catalog.Tenants.Select(t => SessionTimers.Of(t.Settings).ArchiveAfter))
            .DefaultIfEmpty(TimeSpan.Zero).Min();
}
