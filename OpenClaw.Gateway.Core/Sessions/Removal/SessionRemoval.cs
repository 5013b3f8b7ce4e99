using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Sessions.Removal;

/// <summary>
/// Removes a session for good, live or archived, with everything that is its alone: messages, files, words in the index, dead letters, notes. Its own
/// row goes last, so that after a crash it is found again and the rest is removed.
/// </summary>
internal sealed class SessionRemoval(
    ISystemDbFactory databases, Journal journal, SessionTurns turns, Lazy<ILiveSessions> live, ArchiveReader archive, IArchivedSessions archived, AttachmentRemoval attachments)
{
    private const int Slice = 200;
    private const int Tries = 50;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Null when there is no such session any more. Throws <see cref="SessionInUseException"/> and, unless faults are passed over, <see cref="ArchiveFaultException"/>.</summary>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="session">The session.</param>
    /// <param name="passFaults">A transcript that cannot be read is removed all the same; what only it knew of (files) stays.</param>
    /// <param name="cancellationToken">Ends it between two steps.</param>
    public async Task<RemovedSession?> RemoveAsync(Guid tenant, Guid session, bool passFaults, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        if (await db.Sessions.AsNoTracking().FirstOrDefaultAsync(s => s.Id == session && s.TenantId == tenant, cancellationToken) is not { } row) return null;
        var removed = await archive.FindAsync(session, tenant, cancellationToken) is { } place
            ? await RemoveArchivedAsync(row, place, passFaults, cancellationToken)
            : await RemoveLiveAsync(row, cancellationToken);
        var unused = await attachments.RemoveAllAsync(tenant, row.RootId, cancellationToken);
        return removed with { Attachments = removed.Attachments + unused };
    }

    private async Task<RemovedSession> RemoveArchivedAsync(Session row, ArchivedSession place, bool passFaults, CancellationToken cancellationToken)
    {
        var (files, letters) = (0, 0);
        using var dropped = await DropAsync(row, cancellationToken);
        try
        {
            using var transcript = await archive.OpenAsync(row.Id, row.TenantId, cancellationToken);
            foreach (var part in Messages(transcript).Chunk(Slice))
            {
                files += await attachments.RemoveAsync(row.TenantId, row.RootId, row.Id, [.. part.SelectMany(m => AttachmentRemoval.Named(m.Extras))], cancellationToken);
                letters += await RemoveLettersAsync([.. part.Select(m => m.Id)]);
            }
        }
        catch (ArchiveFaultException) when (passFaults)
        {
            // whatever else it named can no longer be told
        }

        await using var db = databases.Create();
        var notes = await db.SessionNotes.CountAsync(n => n.SessionId == row.Id, cancellationToken);
        if (await archived.DeleteAsync(row.Id, cancellationToken) is null) throw new SessionInUseException(row.Id);
        return new(place.Messages, letters, files, notes, WasArchived: true);
    }

    private async Task<RemovedSession> RemoveLiveAsync(Session row, CancellationToken cancellationToken)
    {
        using var turn = await turns.EnterAsync(row.Id, cancellationToken);
        using var dropped = await DropAsync(row, cancellationToken);
        var (messages, letters, files) = (0L, 0, 0);
        if (!await journal.CatchUpAsync(row.Id, cancellationToken)) throw new IOException("Nothing is removed while the database takes no writes.");
        await using var db = databases.Create();
        while (await db.EntriesAfter(row.Id, 0, Slice).ToListAsync(cancellationToken) is { Count: > 0 } slice)
        {
            files += await attachments.RemoveAsync(row.TenantId, row.RootId, row.Id, [.. slice.SelectMany(m => AttachmentRemoval.Named(m.Extras))], cancellationToken);
            letters += await RemoveLettersAsync([.. slice.Select(m => m.Id)]);
            await RemoveRowsAsync(row.Id, slice);
            messages += slice.Count;
        }

        var notes = await journal.WorkAsync(rows => RemoveRest(rows, row.Id));
        return new(messages, letters, files, notes, WasArchived: false);
    }

    /// <summary>Out of memory, whatever goes on in it.</summary>
    private async Task<IDisposable> DropAsync(Session row, CancellationToken cancellationToken)
    {
        for (var round = 0; round < Tries; round++)
        {
            if (live.Value.TryDrop(row.RootId, row.Id) is { } dropped) return dropped;
            // somebody is reading it from the database: a matter of milliseconds
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }

        throw new SessionInUseException(row.Id);
    }

    private async Task RemoveRowsAsync(Guid session, List<Message> slice)
    {
        var positions = slice.ConvertAll(m => m.Position);
        var last = slice[^1].Seq;
        journal.Forget(new HashSet<Guid> { session }, positions.Max());
        await journal.WorkAsync(rows => rows.Messages.Where(m => positions.Contains(m.Position) && m.SessionId == session).ExecuteDelete()
            + rows.SessionEntries.Where(e => e.SessionId == session && e.Seq <= last).ExecuteDelete());
    }

    private Task<int> RemoveLettersAsync(Guid[] messages) => journal.WorkAsync(rows => MessageTraces.Remove(rows, messages));

    /// <summary>How many notes there were.</summary>
    private static int RemoveRest(GatewayDbContext rows, Guid session)
    {
        rows.SessionEntries.Where(e => e.SessionId == session).ExecuteDelete();
        MessageTraces.RemoveAll(rows, session);
        var notes = rows.SessionNotes.Where(n => n.SessionId == session).ExecuteDelete();
        rows.Sessions.Where(s => s.Id == session).ExecuteDelete();
        return notes;
    }

    private static IEnumerable<Message> Messages(ArchivedTranscript? transcript)
    {
        while (transcript?.Next() is { } message) yield return message;
    }
}
