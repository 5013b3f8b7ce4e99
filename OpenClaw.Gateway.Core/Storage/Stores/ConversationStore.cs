using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Storage.Stores;

/// <summary>What a session needs from the database when it comes into memory, and what its readers ask for later.</summary>
internal sealed class ConversationStore(ISystemDbFactory databases, IEntryIndex index, ArchiveReader archive)
{
    private const int IdPage = 1000;

    /// <summary>The newest episode of an address, or null; with the true newest seq, and its last entries (oldest first).</summary>
    public async Task<(SessionRecord Session, List<MessageRecord> Last)?> LoadNewestAsync(Guid root, int last, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var row = await db.Sessions.AsNoTracking().Where(s => s.RootId == root).OrderByDescending(s => s.Episode).FirstOrDefaultAsync(cancellationToken);
        return row is null ? null : await WithEntriesAsync(db, row, last, cancellationToken);
    }

    /// <summary>The same by the session's own id.</summary>
    public async Task<(SessionRecord Session, List<MessageRecord> Last)?> LoadAsync(Guid session, int last, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var row = await db.Sessions.AsNoTracking().FirstOrDefaultAsync(s => s.Id == session, cancellationToken);
        return row is null ? null : await WithEntriesAsync(db, row, last, cancellationToken);
    }

    /// <summary>External ids of a session's user entries, oldest first: all since <paramref name="since"/>, and at least the last <paramref name="atLeast"/>.</summary>
    public async Task<List<(string Id, long At)>> RecentIdsAsync(Guid session, int atLeast, DateTimeOffset since, CancellationToken cancellationToken)
    {
        await CatchUpAsync(session, cancellationToken);
        await using var db = databases.Create();
        var found = new List<(string Id, long At)>();
        var before = long.MaxValue;
        while (true)
        {
            var rows = await db.EntriesBefore(session, before, IdPage).Select(m => new { m.Seq, m.ExternalId, m.At }).ToListAsync(cancellationToken);
            foreach (var row in rows)
                if (row.ExternalId is not null && (found.Count < atLeast || row.At >= since)) found.Add((row.ExternalId, Micros.From(row.At)));
            if (rows.Count < IdPage || (found.Count >= atLeast && rows[^1].At < since)) break;
            before = rows[^1].Seq;
        }

        found.Reverse();
        return found;
    }

    /// <summary>The newest entry of a session with that external id, or null.</summary>
    public async Task<(Guid Id, long Seq)?> FindAsync(Guid session, string externalId, CancellationToken cancellationToken)
    {
        await CatchUpAsync(session, cancellationToken);
        await using var db = databases.Create();
        var row = await db.EntriesOf(session).Where(m => m.ExternalId == externalId)
            .OrderByDescending(m => m.Seq).Select(m => new { m.Id, m.Seq }).FirstOrDefaultAsync(cancellationToken);
        return row is null ? null : (row.Id, row.Seq);
    }

    /// <summary>One entry of a session by its id, or null.</summary>
    public async Task<MessageRecord?> FindMessageAsync(Guid session, Guid message, CancellationToken cancellationToken)
    {
        if (!MessagePosition.TryRange(message, out var first, out var last)) return null;
        await using var db = databases.Create();
        var row = await db.Messages.AsNoTracking()
            .FirstOrDefaultAsync(m => m.Position >= first && m.Position <= last && m.Id == message && m.SessionId == session, cancellationToken);
        return row is null ? null : MessageRows.ToRecord(row);
    }

    /// <summary>Entries above <paramref name="after"/>, oldest first, each reply with the external id of its question.</summary>
    public async Task<IReadOnlyList<MessageRecord>> ReadAsync(Guid session, long after, int limit, CancellationToken cancellationToken)
    {
        await CatchUpAsync(session, cancellationToken);
        await using var db = databases.Create();
        var rows = await db.EntriesAfter(session, after, limit).ToListAsync(cancellationToken);
        if ((rows.Count == 0 || rows[0].Seq != after + 1) && await ReadArchivedAsync(session, after, limit, cancellationToken) is { Count: > 0 } archived) return archived;
        var seqs = rows.Where(r => r.InReplyToSeq != null).Select(r => r.InReplyToSeq!.Value).Distinct().ToList();
        var questions = await db.EntriesAt(session, seqs)
            .Select(m => new { m.Seq, m.Id, m.ExternalId }).ToDictionaryAsync(m => m.Seq, m => (m.Id, m.ExternalId), cancellationToken);
        return rows.ConvertAll(r => MessageRows.ToRecord(r, r.InReplyToSeq is { } seq && questions.TryGetValue(seq, out var q) ? q : null));
    }

    /// <summary>What is no longer in the database may be in the archive.</summary>
    private async Task<List<MessageRecord>?> ReadArchivedAsync(Guid session, long after, int limit, CancellationToken cancellationToken)
    {
        if (await archive.ReadAsync(session, after, limit, cancellationToken) is not { } rows) return null;
        var questions = rows.ToDictionary(r => r.Seq);
        var missing = rows.Where(r => r.InReplyToSeq is { } seq && !questions.ContainsKey(seq)).Select(r => r.InReplyToSeq!.Value).ToHashSet();
        if (missing.Count > 0)
            foreach (var question in await archive.ReadAtAsync(session, missing, cancellationToken) ?? []) questions[question.Seq] = question;
        return [.. rows.Select(r => MessageRows.ToRecord(r, r.InReplyToSeq is { } seq && questions.TryGetValue(seq, out var q) ? (q.Id, q.ExternalId) : null))];
    }

    /// <summary>Messages that the pipeline has not finished, in order, from above a position.</summary>
    public async Task<List<MessageRecord>> UnfinishedAsync(long above, int limit, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var rows = await db.Messages.AsNoTracking()
            .Where(m => m.Pending == PendingWork.Handle && m.Position > above).OrderBy(m => m.Position).Take(limit).ToListAsync(cancellationToken);
        return rows.ConvertAll(r => MessageRows.ToRecord(r));
    }

    /// <summary>Which messages the pipeline has not finished, in order, between two positions.</summary>
    public async Task<List<UnfinishedMessage>> UnfinishedAsync(long above, long below, int limit, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        return await db.Messages.AsNoTracking().Where(m => m.Pending == PendingWork.Handle && m.Position > above && m.Position < below)
            .OrderBy(m => m.Position).Take(limit).Select(m => new UnfinishedMessage(m.Position, m.Id, m.TenantId, m.SessionId)).ToListAsync(cancellationToken);
    }

    /// <summary>Of the messages at these positions, those that the pipeline has not finished by now.</summary>
    public async Task<List<MessageRecord>> StillUnfinishedAsync(IReadOnlyCollection<long> positions, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var rows = await db.Messages.AsNoTracking().Where(m => positions.Contains(m.Position) && m.Pending == PendingWork.Handle).OrderBy(m => m.Position).ToListAsync(cancellationToken);
        return rows.ConvertAll(r => MessageRows.ToRecord(r));
    }

    /// <summary>The recorded attempts of a message in one run, oldest first.</summary>
    public async Task<List<Attempt>> AttemptsAsync(Guid session, Guid message, int run, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        return await db.Attempts.AsNoTracking().Where(a => a.SessionId == session && a.MessageId == message && a.Run == run).OrderBy(a => a.Number).ToListAsync(cancellationToken);
    }

    /// <summary>Messages whose late answer is overdue.</summary>
    public async Task<List<MessageRecord>> OverdueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var rows = await db.Messages.AsNoTracking()
            .Where(m => m.Pending == PendingWork.LateAnswer && m.DueAt != null && m.DueAt <= now).OrderBy(m => m.Position).Take(limit).ToListAsync(cancellationToken);
        return rows.ConvertAll(r => MessageRows.ToRecord(r));
    }

    /// <summary>The sessions with these ids, by id.</summary>
    public async Task<Dictionary<Guid, SessionRecord>> SessionsAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var found = new Dictionary<Guid, SessionRecord>();
        foreach (var part in ids.Chunk(500))
        {
            var rows = await db.Sessions.AsNoTracking().Where(s => part.Contains(s.Id))
                .Select(s => new { Row = s, Last = db.SessionEntries.Where(e => e.SessionId == s.Id).Max(e => (long?)e.Seq) ?? 0 }).ToListAsync(cancellationToken);
            foreach (var r in rows) found[r.Row.Id] = MessageRows.ToRecord(r.Row, Math.Max(r.Row.LastSeq, r.Last));
        }

        return found;
    }

    /// <summary>The newest position that was given; 0 in an empty database. The row that had it may be in the archive: then the index's floor remembers it.</summary>
    public async Task<long> NewestPositionAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var newest = await db.Messages.MaxAsync(m => (long?)m.Position, cancellationToken) ?? 0;
        var floor = await db.InstallationValues.Where(v => v.Name == "messages.indexed").Select(v => v.Value).FirstOrDefaultAsync(cancellationToken);
        return floor is null ? newest : Math.Max(newest, long.Parse(floor, System.Globalization.CultureInfo.InvariantCulture) - 1);
    }

    private async Task<(SessionRecord, List<MessageRecord>)> WithEntriesAsync(GatewayDbContext db, Session row, int last, CancellationToken cancellationToken)
    {
        await CatchUpAsync(row.Id, cancellationToken);
        var rows = await db.EntriesBefore(row.Id, long.MaxValue, Math.Max(1, last)).ToListAsync(cancellationToken);
        var newest = rows.Count > 0 ? rows[0].Seq : 0;
        rows.Reverse();
        return (MessageRows.ToRecord(row, Math.Max(row.LastSeq, newest)), rows.ConvertAll(r => MessageRows.ToRecord(r)));
    }

    /// <summary>What the gateway reads of a session must be complete.</summary>
    private async Task CatchUpAsync(Guid session, CancellationToken cancellationToken)
    {
        if (!await index.CatchUpAsync(session, cancellationToken)) throw new IOException("The newest entries cannot be read while the database takes no writes.");
    }
}

/// <summary>A message that the pipeline has not finished.</summary>
internal sealed record UnfinishedMessage(long Position, Guid Id, Guid TenantId, Guid SessionId);
