using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage;

/// <summary>
/// Entries by session: a range of the index by session, then their rows. Before reading what must be complete,
/// <see cref="Journal.IEntryIndex.CatchUpAsync"/>.
/// </summary>
public static class SessionEntryQueries
{
    /// <summary>The first entries with a seq above that one, oldest first.</summary>
    public static IQueryable<Message> EntriesAfter(this GatewayDbContext db, Guid session, long after, int limit) =>
        db.Rows(db.SessionEntries.Where(e => e.SessionId == session && e.Seq > after).OrderBy(e => e.Seq).Take(limit)).OrderBy(m => m.Seq);

    /// <summary>The last entries with a seq below that one, newest first.</summary>
    public static IQueryable<Message> EntriesBefore(this GatewayDbContext db, Guid session, long before, int limit) =>
        db.Rows(db.SessionEntries.Where(e => e.SessionId == session && e.Seq < before).OrderByDescending(e => e.Seq).Take(limit)).OrderByDescending(m => m.Seq);

    /// <summary>The entries with these numbers, in no order.</summary>
    public static IQueryable<Message> EntriesAt(this GatewayDbContext db, Guid session, IReadOnlyCollection<long> seqs) =>
        db.Rows(db.SessionEntries.Where(e => e.SessionId == session && seqs.Contains(e.Seq)));

    /// <summary>All entries of a session above a seq, in no order.</summary>
    public static IQueryable<Message> EntriesOf(this GatewayDbContext db, Guid session, long after = 0) =>
        db.Rows(db.SessionEntries.Where(e => e.SessionId == session && e.Seq > after));

    private static IQueryable<Message> Rows(this GatewayDbContext db, IQueryable<SessionEntry> entries) =>
        from entry in entries join message in db.Messages.AsNoTracking() on entry.Position equals message.Position select message;
}
