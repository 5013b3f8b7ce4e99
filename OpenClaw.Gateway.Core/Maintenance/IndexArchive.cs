using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Maintenance;

/// <summary>
/// Indexes archived sessions that are not: after the index was lost or begun anew, after a crash between archiving and indexing, or in a
/// back-up that is older than what it goes with.
/// </summary>
internal sealed class IndexArchive(ISystemDbFactory databases, ArchiveFiles files, IArchiveSearch search, SessionTurns turns) : IMaintenanceJob
{
    private const int Page = 500;
    private const int Batch = 64;

    public string Name => "archive-index";

    public string Title => "Index archived conversations";

    public string Summary => "Makes archived conversations searchable that are not: after the search index was lost, or after a crash.";

    public string DefaultCron => "0 5/15 * * * *";

    public async Task RunAsync(JobProgress progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var last = Guid.Empty;
        while (await NextAsync(last, cancellationToken) is { Count: > 0 } rows)
        {
            var missing = await search.FindMissingAsync(rows, cancellationToken);
            if (progress.IsDryRun) progress.Count(missing.Count);
            else foreach (var part in missing.Chunk(Batch)) await IndexAsync(part, progress, cancellationToken);
            last = rows[^1];
        }
    }

    /// <summary>With the sessions' turns, so that nobody restores or deletes one meanwhile; those that somebody works on are left to them.</summary>
    private async Task IndexAsync(Guid[] sessions, JobProgress progress, CancellationToken cancellationToken)
    {
        var taken = sessions.Select(s => (Session: s, Turn: turns.TryEnter(s))).Where(s => s.Turn is not null).ToList();
        try
        {
            var texts = new List<ArchiveText>();
            foreach (var row in await FindAsync([.. taken.Select(t => t.Session)], cancellationToken))
            {
                if (Read(row, progress, cancellationToken) is { } text) texts.Add(text);
                if (texts.Sum(t => (long)t.Text.Length) > ArchiveWords.MostCharacters) await AddAsync(texts, progress, cancellationToken);
            }
            await AddAsync(texts, progress, cancellationToken);
        }
        finally
        {
            foreach (var (_, turn) in taken) turn!.Dispose();
        }
    }

    private async Task AddAsync(List<ArchiveText> texts, JobProgress progress, CancellationToken cancellationToken)
    {
        await search.AddAsync(texts, cancellationToken);
        progress.Count(texts.Count);
        texts.Clear();
    }

    private ArchiveText? Read(ArchivedSession row, JobProgress progress, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return ArchiveContent.Read(files, row, cancellationToken).Words;
        }
        catch (ArchiveFaultException fault)
        {
            progress.Fault($"Session {row.SessionId} cannot be searched: {fault.Message}");
            return null;
        }
    }

    private async Task<List<Guid>> NextAsync(Guid last, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        return await db.ArchivedSessions.Where(a => a.SessionId > last).OrderBy(a => a.SessionId).Select(a => a.SessionId).Take(Page).ToListAsync(cancellationToken);
    }

    /// <summary>As they are now: one may just have been restored.</summary>
    private async Task<List<ArchivedSession>> FindAsync(Guid[] sessions, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        return await db.ArchivedSessions.AsNoTracking().Where(a => sessions.Contains(a.SessionId)).ToListAsync(cancellationToken);
    }
}
