using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Archive;

/// <summary>
/// Removes the rows of messages whose transcripts are safe, in slices between the journal's other groups. Who calls it has the sessions' turns. A
/// crash leaves a part of the rows; the next run goes on.
/// </summary>
internal sealed class RowRemoval(ISystemDbFactory databases, Journal.Journal journal, SessionTurns turns)
{
    private const int Read = 2_000;
    private const int Slice = 100;
    private const int EntrySlice = 200;

    /// <summary>False when somebody wants one of the sessions meanwhile: then it stops.</summary>
    public async Task<bool> RunAsync(IReadOnlyCollection<ArchivedSession> archived, ArchivePace pace, CancellationToken cancellationToken)
    {
        var sessions = archived.Select(a => a.SessionId).ToHashSet();
        var ids = sessions.ToArray();
        while (await NextAsync(ids, cancellationToken) is { Count: > 0 } entries)
        {
            journal.Forget(sessions, entries.Max(e => e.Position));
            // in order of position, where neighbours share a page
            foreach (var slice in entries.Select(e => e.Position).Order().Chunk(Slice * pace.Stretch))
            {
                if (ids.Any(turns.IsWanted)) return false;
                cancellationToken.ThrowIfCancellationRequested();
                await pace.RunAsync(() => journal.WorkAsync(db => db.Messages.Where(m => slice.Contains(m.Position) && ids.Contains(m.SessionId)).ExecuteDelete()), cancellationToken);
            }

            foreach (var slice in entries.Chunk(EntrySlice * pace.Stretch)) await pace.RunAsync(() => journal.WorkAsync(db => RemoveEntries(db, slice)), cancellationToken);
        }

        var files = archived.Select(a => a.File).ToArray();
        await pace.RunAsync(
            () => journal.WorkAsync(db => db.ArchivedSessions.Where(a => ids.Contains(a.SessionId) && files.Contains(a.File)).ExecuteUpdate(set => set.SetProperty(a => a.RowsRemoved, true))), cancellationToken);
        return true;
    }

    private async Task<List<SessionEntry>> NextAsync(Guid[] sessions, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        return await db.SessionEntries.AsNoTracking().Where(e => sessions.Contains(e.SessionId)).OrderBy(e => e.SessionId).ThenBy(e => e.Seq).Take(Read).ToListAsync(cancellationToken);
    }

    /// <summary>They stand in order of the key: whole sessions, and the beginning of the last one.</summary>
    private static int RemoveEntries(GatewayDbContext db, SessionEntry[] entries)
    {
        var last = entries[^1];
        var whole = entries.Select(e => e.SessionId).Where(s => s != last.SessionId).Distinct().ToArray();
        var removed = whole.Length == 0 ? 0 : db.SessionEntries.Where(e => whole.Contains(e.SessionId)).ExecuteDelete();
        return removed + db.SessionEntries.Where(e => e.SessionId == last.SessionId && e.Seq <= last.Seq).ExecuteDelete();
    }
}
