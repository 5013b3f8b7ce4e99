using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Archive;

/// <summary>Brings archived sessions back, or deletes them.</summary>
internal sealed partial class ArchivedSessions(
    ISystemDbFactory databases, Journal.Journal journal, ArchiveFiles files, ArchiveReader reader, IArchiveSearch search, Lazy<ILiveSessions> live, SessionTurns turns,
    RowsLeft rowsLeft, TimeProvider time, ILogger<ArchivedSessions> log) : IArchivedSessions
{
    private const int Slice = 64;
    private const int RemovalSlice = 200;

    /// <inheritdoc />
    public async Task RestoreAsync(Guid session, CancellationToken cancellationToken)
    {
        using var turn = await turns.EnterAsync(session, cancellationToken);
        if (await reader.FindAsync(session, null, cancellationToken) is not { } row) return;
        ArchiveContent content;
        try
        {
            content = await CheckAsync(row, cancellationToken);
        }
        catch (ArchiveFaultException) when (!row.RowsRemoved)
        {
            if (await rowsLeft.TryBringBackAsync(row, cancellationToken)) return;
            throw;
        }

        var root = await InsertAsync(row, cancellationToken);
        await search.RemoveAsync([content.Words], cancellationToken);
        await MarkAsync(row);
        live.Value.TryTake(root, session)?.Dispose(); // one that is shown without its messages is shown anew
        Discard(row);
        LogRestored(row.TenantId, row.ChannelId, session, row.Messages);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<Message>> ReadAsync(Guid session, long after, int limit, CancellationToken cancellationToken) =>
        await reader.ReadAsync(session, after, limit, cancellationToken) ?? [];

    /// <inheritdoc />
    public async Task<IReadOnlyList<AttachmentRef>?> DeleteAsync(Guid session, CancellationToken cancellationToken)
    {
        using var turn = await turns.EnterAsync(session, cancellationToken);
        if (await reader.FindAsync(session, null, cancellationToken) is not { } row) return null;
        await using var db = databases.Create();
        var root = await db.Sessions.Where(s => s.Id == session).Select(s => s.RootId).FirstOrDefaultAsync(cancellationToken);
        using var hold = live.Value.TryTake(root, session);
        if (hold is null) return null;
        var found = await TryReadAsync(row, cancellationToken);
        await search.RemoveAsync([found.Words], cancellationToken);
        await RemoveRowsAsync(db, session, cancellationToken);
        await journal.WorkAsync(rows => Delete(rows, session));
        Discard(row);
        LogDeleted(row.TenantId, row.ChannelId, session, row.Messages);
        return found.Attachments;
    }

    /// <summary>Reads the transcript to its end before anything is changed. A fault is noted with the session.</summary>
    private async Task<ArchiveContent> CheckAsync(ArchivedSession row, CancellationToken cancellationToken)
    {
        try
        {
            var content = ArchiveContent.Read(files, row, cancellationToken);
            if (row.Fault is not null) await NoteAsync(row, null);
            return content;
        }
        catch (ArchiveFaultException e)
        {
            LogFault(e, row.TenantId, row.ChannelId, row.SessionId);
            await NoteAsync(row, e.Message);
            throw;
        }
    }

    /// <summary>What can still be said of it; of a transcript that cannot be read that is nothing.</summary>
    private async Task<ArchiveContent> TryReadAsync(ArchivedSession row, CancellationToken cancellationToken)
    {
        try
        {
            return await CheckAsync(row, cancellationToken);
        }
        catch (ArchiveFaultException)
        {
            return ArchiveContent.Nothing(row);
        }
    }

    /// <summary>Notes what is wrong with a transcript, or that nothing is any more.</summary>
    internal async Task NoteAsync(ArchivedSession row, string? fault)
    {
        await using var db = databases.Create();
        await db.WriteAsync(d => d.ArchivedSessions.Where(a => a.SessionId == row.SessionId && a.File == row.File).ExecuteUpdateAsync(set => set.SetProperty(a => a.Fault, fault)), CancellationToken.None);
    }

    /// <summary>Puts the rows back, in slices; those that are there are passed over. Until the session is marked, a crash has the next run of the archive remove them again.</summary>
    private async Task<Guid> InsertAsync(ArchivedSession row, CancellationToken cancellationToken)
    {
        await UnsettleAsync(row);
        using var transcript = files.Open(row);
        var slice = new List<Message>(Slice);
        while (transcript.Next() is { } message)
        {
            slice.Add(message);
            if (slice.Count < Slice) continue;
            await InsertAsync(row, slice, cancellationToken);
            slice = new(Slice);
        }

        if (slice.Count > 0) await InsertAsync(row, slice, cancellationToken);
        return transcript.Header.RootId;
    }

    /// <summary>From here on the next run of the archive looks after it, should this be cut off.</summary>
    private Task<int> UnsettleAsync(ArchivedSession row)
    {
        var (id, file) = (row.SessionId, row.File);
        return journal.WorkAsync(db => db.ArchivedSessions.Where(a => a.SessionId == id && a.File == file).ExecuteUpdate(set => set.SetProperty(a => a.RowsRemoved, false)));
    }

    private async Task InsertAsync(ArchivedSession row, List<Message> slice, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (await journal.WorkAsync(db => Insert(db, row.SessionId, slice))) return;
        var fault = new ArchiveFaultException($"The transcript {row.File:N}{ArchiveFiles.Suffix} of session {row.SessionId} has a message whose place is taken by another one.");
        await NoteAsync(row, fault.Message);
        throw fault;
    }

    private static bool Insert(GatewayDbContext db, Guid session, List<Message> slice)
    {
        var positions = slice.ConvertAll(m => m.Position);
        var (first, last) = (slice[0].Seq, slice[^1].Seq);
        var there = db.Messages.Where(m => positions.Contains(m.Position)).Select(m => new { m.Position, m.Id }).ToDictionary(m => m.Position, m => m.Id);
        if (slice.Exists(m => there.TryGetValue(m.Position, out var id) && id != m.Id)) return false;
        var indexed = db.SessionEntries.Where(e => e.SessionId == session && e.Seq >= first && e.Seq <= last).Select(e => e.Seq).ToHashSet();
        db.Messages.AddRange(slice.Where(m => !there.ContainsKey(m.Position)));
        db.SessionEntries.AddRange(slice.Where(m => !indexed.Contains(m.Seq)).Select(m => new SessionEntry { SessionId = session, Seq = m.Seq, Position = m.Position }));
        db.SaveInJournal();
        return true;
    }

    private Task<int> MarkAsync(ArchivedSession row)
    {
        var (id, file, now) = (row.SessionId, row.File, time.GetUtcNow());
        return journal.WorkAsync(db =>
        {
            if (db.ArchivedSessions.Where(a => a.SessionId == id && a.File == file).ExecuteDelete() == 0) return 0;
            var archived = db.Sessions.Where(s => s.Id == id && s.State == SessionState.Archived);
            // its address has gone on without it, when its transcript could not be read: it is over, and to be read only
            archived.Where(s => s.EndedAt == null && db.Sessions.Any(n => n.RootId == s.RootId && n.Episode > s.Episode))
                .ExecuteUpdate(set => set.SetProperty(s => s.EndedAt, now));
            return archived.ExecuteUpdate(set => set
                .SetProperty(s => s.State, s => s.EndedAt == null ? SessionState.Dormant : SessionState.Expired)
                .SetProperty(s => s.LastActivityAt, now));
        });
    }

    /// <summary>Rows that a cut-off archiving or restore left.</summary>
    private async Task RemoveRowsAsync(GatewayDbContext db, Guid session, CancellationToken cancellationToken)
    {
        while (await db.SessionEntries.AsNoTracking().Where(e => e.SessionId == session).OrderBy(e => e.Seq).Take(RemovalSlice).ToListAsync(cancellationToken) is { Count: > 0 } entries)
        {
            var positions = entries.ConvertAll(e => e.Position);
            var last = entries[^1].Seq;
            journal.Forget(new HashSet<Guid> { session }, positions.Max());
            await journal.WorkAsync(rows => rows.Messages.Where(m => positions.Contains(m.Position) && m.SessionId == session).ExecuteDelete()
                + rows.SessionEntries.Where(e => e.SessionId == session && e.Seq <= last).ExecuteDelete());
        }
    }

    private static int Delete(GatewayDbContext db, Guid session) =>
        db.SessionNotes.Where(n => n.SessionId == session).ExecuteDelete()
        + db.ArchivedSessions.Where(a => a.SessionId == session).ExecuteDelete()
        + db.Sessions.Where(s => s.Id == session).ExecuteDelete();

    /// <summary>Nobody names the file any more; one that cannot be deleted now goes as a left-over.</summary>
    private void Discard(ArchivedSession row)
    {
        try
        {
            files.Delete(row.TenantId, row.File);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogLeftOver(e, row.TenantId, row.File);
        }
    }
}
