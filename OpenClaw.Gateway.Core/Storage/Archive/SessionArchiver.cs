using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Archive;

/// <summary>
/// Archives a batch of sessions: write the transcripts, flush, read them back, make the sessions archived (unless one was touched meanwhile), add
/// their words to the index, remove their rows. Whenever it is cut off, there are either the rows or a file that was read back.
/// </summary>
internal sealed partial class SessionArchiver(
    ISystemDbFactory databases, Journal.Journal journal, ArchiveFiles files, IArchiveSearch search, Lazy<ILiveSessions> live, SessionTurns turns, RowRemoval removal,
    TimeProvider time, ILogger<SessionArchiver> log)
{
    /// <summary>So many entries are read and removed together; a longer session is a batch of its own.</summary>
    public const int BatchEntries = 2_000;
    public const int BatchSessions = 64;
    private const int Page = 500;
    private const int SessionsPerWork = 32;
    private int _batches;

    /// <summary>How many of them are archived now. Throws when the disk or the database takes no more: then nothing is lost.</summary>
    public async Task<int> ArchiveAsync(IReadOnlyList<Session> due, ArchivePace pace, JobProgress progress, CancellationToken cancellationToken)
    {
        var batch = (byte)Interlocked.Increment(ref _batches);
        var items = new List<ArchiveItem>(due.Count);
        foreach (var session in due)
            if (turns.TryEnter(session.Id) is { } turn) items.Add(new(session, files.NewId(batch), turn));
        try
        {
            await pace.RunAsync(() => WriteAllAsync(items, pace.Workers, progress, cancellationToken), cancellationToken);
            var written = items.FindAll(i => i.Seal is not null);
            files.FlushFolders(written.Select(i => (i.Session.TenantId, i.File)));
            foreach (var part in written.Chunk(SessionsPerWork)) await pace.RunAsync(() => MarkAsync(part), cancellationToken);
            var archived = items.FindAll(i => i.Row is not null);
            if (archived.Count == 0) return 0;
            await search.AddAsync([.. archived.Select(i => i.Words!)], cancellationToken);
            await removal.RunAsync([.. archived.Select(i => i.Row!)], pace, cancellationToken);
            return archived.Count;
        }
        finally
        {
            foreach (var item in items) LetGo(item);
        }
    }

    private async Task<int> WriteAllAsync(List<ArchiveItem> items, int workers, JobProgress progress, CancellationToken cancellationToken)
    {
        if (!await journal.CatchUpAsync(items.Select(i => i.Session.Id).ToHashSet(), cancellationToken)) throw new IOException("Nothing is archived while the database takes no writes.");
        var rows = items.Count > 1 ? await ReadAsync([.. items.Select(i => i.Session.Id)], cancellationToken) : null;
        var options = new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(items, options, (item, cancel) => WriteAsync(item, rows, progress, cancel));
        return items.Count;
    }

    /// <summary>All entries of a batch of short sessions, in one query.</summary>
    private async Task<ILookup<Guid, Message>> ReadAsync(Guid[] sessions, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var rows = from entry in db.SessionEntries
                   where sessions.Contains(entry.SessionId)
                   join message in db.Messages.AsNoTracking() on entry.Position equals message.Position
                   orderby entry.SessionId, entry.Seq
                   select message;
        return (await rows.ToListAsync(cancellationToken)).ToLookup(m => m.SessionId);
    }

    private async ValueTask WriteAsync(ArchiveItem item, ILookup<Guid, Message>? rows, JobProgress progress, CancellationToken cancellationToken)
    {
        var session = item.Session;
        try
        {
            using var file = files.Create(session.TenantId, item.File);
            using var writer = new TranscriptWriter(file.Stream, session);
            var words = new ArchiveWords();
            var idle = rows is null ? await WritePagesAsync(item, writer, words, cancellationToken) : WriteRows(item, rows[session.Id], writer, words);
            if (!idle) return;
            var seal = writer.End();
            file.Commit(flushFolder: false);
            files.Verify(session.TenantId, session.Id, item.File, seal, cancellationToken);
            item.Words = words.Of(session.TenantId, session.Id, item.LastActivityAt);
            item.Seal = seal;
        }
        catch (Exception e) when (e is ArchiveFaultException or JsonException or FormatException or InvalidDataException)
        {
            progress.Fault($"Session {session.Id} is not archived: {e.Message}");
            LogFailed(e, session.TenantId, session.ChannelId, session.Id);
        }
    }

    /// <summary>False when something is still to be done with a message: then the session is not idle.</summary>
    private static bool WriteRows(ArchiveItem item, IEnumerable<Message> rows, TranscriptWriter writer, ArchiveWords words)
    {
        foreach (var message in rows)
        {
            if (message.Pending is not null) return false;
            writer.Write(message);
            words.Add(message);
            item.LastSeq = message.Seq;
        }

        return true;
    }

    private async Task<bool> WritePagesAsync(ArchiveItem item, TranscriptWriter writer, ArchiveWords words, CancellationToken cancellationToken)
    {
        var id = item.Session.Id;
        await using var db = databases.Create();
        var newest = await db.SessionEntries.Where(e => e.SessionId == id).MaxAsync(e => (long?)e.Seq, cancellationToken) ?? 0;
        while (item.LastSeq < newest)
        {
            var page = await db.EntriesAfter(id, item.LastSeq, Page).ToListAsync(cancellationToken);
            if (page.Count == 0) throw new InvalidDataException("The index names messages that are not there.");
            if (!WriteRows(item, page, writer, words)) return false;
        }

        return true;
    }

    /// <summary>
    /// The sessions are archived from here on, where nothing has touched them. Meanwhile they are kept out of memory, so that a message which comes in
    /// between waits, and finds its session archived.
    /// </summary>
    private async Task<int> MarkAsync(ArchiveItem[] items)
    {
        var holds = new List<IDisposable>(items.Length);
        try
        {
            var free = new List<ArchiveItem>(items.Length);
            foreach (var item in items)
            {
                if (live.Value.TryTake(item.Session.RootId, item.Session.Id) is not { } hold) continue;
                holds.Add(hold);
                free.Add(item);
                item.IsUncertain = true;
            }

            var now = time.GetUtcNow();
            var rows = await journal.WorkAsync(db => Mark(db, free, now));
            foreach (var item in free)
            {
                item.IsUncertain = false;
                item.Row = rows.GetValueOrDefault(item.Session.Id);
            }

            return rows.Count;
        }
        finally
        {
            foreach (var hold in holds) hold.Dispose();
        }
    }

    private static Dictionary<Guid, ArchivedSession> Mark(GatewayDbContext db, List<ArchiveItem> items, DateTimeOffset now)
    {
        var ids = items.Select(i => i.Session.Id).ToArray();
        var found = db.Sessions.Where(s => ids.Contains(s.Id) && s.State == SessionState.Expired)
            .Select(s => new { s.Id, s.LastActivityAt, s.LastSeq, s.EndedAt }).ToDictionary(s => s.Id);
        var unchanged = items.FindAll(i => found.TryGetValue(i.Session.Id, out var row)
            && (row.LastActivityAt, row.LastSeq, row.EndedAt) == (i.Session.LastActivityAt, i.Session.LastSeq, i.Session.EndedAt));
        var marked = unchanged.ConvertAll(i => i.Session.Id);
        db.Sessions.Where(s => marked.Contains(s.Id)).ExecuteUpdate(set => set.SetProperty(s => s.State, SessionState.Archived));
        foreach (var (id, newest) in unchanged.Where(i => i.LastSeq > i.Session.LastSeq).Select(i => (i.Session.Id, i.LastSeq)))
            db.Sessions.Where(s => s.Id == id).ExecuteUpdate(set => set.SetProperty(s => s.LastSeq, newest)); // lagged behind, and its entries go
        var rows = unchanged.ToDictionary(i => i.Session.Id, i => i.ToRow(now));
        db.ArchivedSessions.AddRange(rows.Values);
        db.SaveInJournal();
        return rows;
    }

    private void LetGo(ArchiveItem item)
    {
        try
        {
            // One whose marking failed half-way keeps its file: if no row names it, it goes as a left-over.
            if (item.Row is null && !item.IsUncertain) files.Delete(item.Session.TenantId, item.File);
            files.Settled(item.File);
        }
        catch (IOException e)
        {
            LogLeftOver(e, item.Session.TenantId, item.File);
        }
        finally
        {
            item.Turn.Dispose();
        }
    }

    [LoggerMessage(2401, LogLevel.Error, "Session {Session} of tenant {Tenant}, channel {Channel} is not archived: its transcript does not hold")]
    private partial void LogFailed(Exception cause, Guid tenant, Guid channel, Guid session);

    [LoggerMessage(2402, LogLevel.Warning, "The unused transcript {File} of tenant {Tenant} could not be deleted; it goes with a later run")]
    private partial void LogLeftOver(Exception cause, Guid tenant, Guid file);
}
