using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Archive;

/// <summary>Goes on where an archiving, a restore or a rewriting was cut off, and removes the files that nobody names.</summary>
internal sealed partial class ArchiveRecovery(
    ISystemDbFactory databases, ArchiveFiles files, IArchiveSearch search, SessionTurns turns, RowRemoval removal, RowsLeft rowsLeft, ArchivedSessions archived, ILogger<ArchiveRecovery> log)
{
    private const int Page = 64;

    /// <summary>Archived sessions whose rows are not all removed: if the file holds, their words are indexed and the rest of the rows goes.</summary>
    public async Task ContinueAsync(ArchivePace pace, JobProgress progress, CancellationToken cancellationToken)
    {
        var last = Guid.Empty;
        while (await NextAsync(last, cancellationToken) is { Count: > 0 } rows)
        {
            foreach (var row in rows)
            {
                using var turn = turns.TryEnter(row.SessionId);
                if (turn is not null) await ContinueAsync(row, pace, progress, cancellationToken);
            }

            last = rows[^1].SessionId;
        }
    }

    /// <summary>Files that no row names, left by a crash; the number of them.</summary>
    public async Task<int> RemoveLeftOversAsync(CancellationToken cancellationToken)
    {
        files.RemoveUnfinished();
        var removed = 0;
        foreach (var (tenant, found) in files.Settled())
        {
            var known = await KnownAsync(tenant, cancellationToken);
            foreach (var file in found.Where(f => !known.Contains(f)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                files.Delete(tenant, file);
                LogLeftOver(tenant, file);
                removed++;
            }
        }

        return removed;
    }

    private async Task ContinueAsync(ArchivedSession row, ArchivePace pace, JobProgress progress, CancellationToken cancellationToken)
    {
        try
        {
            // as it is now: the turn may just have been another's
            if (await CurrentAsync(row.SessionId, cancellationToken) is not { RowsRemoved: false } current) return;
            row = current;
            var content = ArchiveContent.Read(files, row, cancellationToken);
            await search.AddAsync([content.Words], cancellationToken);
            await removal.RunAsync([row], pace, cancellationToken);
        }
        catch (ArchiveFaultException e)
        {
            LogFault(e, row.TenantId, row.ChannelId, row.SessionId);
            progress.Fault($"Session {row.SessionId}: {e.Message} Its rows are not removed.");
            if (!await rowsLeft.TryBringBackAsync(row, cancellationToken)) await archived.NoteAsync(row, e.Message);
        }
    }

    private async Task<ArchivedSession?> CurrentAsync(Guid session, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        // rows are removed of archived sessions only, whatever stands in this table
        return await db.ArchivedSessions.AsNoTracking()
            .FirstOrDefaultAsync(a => a.SessionId == session && db.Sessions.Any(s => s.Id == session && s.State == SessionState.Archived), cancellationToken);
    }

    private async Task<List<ArchivedSession>> NextAsync(Guid last, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        return await db.ArchivedSessions.AsNoTracking().Where(a => !a.RowsRemoved && a.SessionId > last).OrderBy(a => a.SessionId).Take(Page).ToListAsync(cancellationToken);
    }

    private async Task<HashSet<Guid>> KnownAsync(Guid tenant, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        return await db.ArchivedSessions.Where(a => a.TenantId == tenant).Select(a => a.File).ToHashSetAsync(cancellationToken);
    }

    [LoggerMessage(2421, LogLevel.Error, "The transcript of session {Session} of tenant {Tenant}, channel {Channel} does not hold; its rows are not removed")]
    private partial void LogFault(Exception cause, Guid tenant, Guid channel, Guid session);

    [LoggerMessage(2422, LogLevel.Information, "The transcript {File} of tenant {Tenant}, which no session names, is removed")]
    private partial void LogLeftOver(Guid tenant, Guid file);
}
