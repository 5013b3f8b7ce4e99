using System.Globalization;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Administration.Archive;

/// <summary>Reads archived sessions. What a transcript's fault keeps from being read is an <see cref="ArchiveFaultException"/>.</summary>
public sealed class ArchiveQueries
{
    /// <summary>
    /// How many hits one search looks through. A page may then have fewer items than asked, or none, and a <see cref="Page{T}.Next"/> from where
    /// the search goes on.
    /// </summary>
    internal const int SearchWindow = 2_000;

    private const int HitsAtOnce = 200;

    private readonly ITenantDbFactory _databases;
    private readonly IArchiveSearch _search;
    private readonly ArchiveReader _reader;
    private readonly ArchiveDates _dates;
    private readonly MessageViews _views;

    internal ArchiveQueries(ITenantDbFactory databases, IArchiveSearch search, ArchiveReader reader, ICatalog catalog, IFileLinks links) =>
        (_databases, _search, _reader, _dates, _views) = (databases, search, reader, new(catalog), new(links));

    /// <summary>Archived sessions with the newest activity first.</summary>
    public async Task<Page<ArchivedSessionView>> ListAsync(Guid tenant, ArchiveFilter filter, PageRequest page, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var after = Cursor.Parse(page.After);
        await using var db = _databases.Create(tenant);
        var (rows, next) = string.IsNullOrWhiteSpace(filter.Text)
            ? await AllAsync(db, filter, after, page.Size, cancellationToken)
            : await FoundAsync(db, tenant, filter, filter.Text, after, page.Size, cancellationToken);
        return new(await _dates.ToViewsAsync(db, tenant, rows, cancellationToken), next?.ToString());
    }

    /// <summary>One archived session, or null when the tenant has none of that id.</summary>
    public async Task<ArchivedSessionView?> GetAsync(Guid tenant, Guid session, CancellationToken cancellationToken = default)
    {
        await using var db = _databases.Create(tenant);
        var row = await Archived(db, db.ArchivedSessions.AsNoTracking().Where(a => a.SessionId == session), new()).FirstOrDefaultAsync(cancellationToken);
        return row is null ? null : (await _dates.ToViewsAsync(db, tenant, [row], cancellationToken))[0];
    }

    /// <summary>Entries, oldest first, from after <see cref="PageRequest.After"/> on (a seq); null when the tenant has no such archived session.</summary>
    public async Task<Page<MessageView>?> MessagesAsync(Guid tenant, Guid session, PageRequest page, CancellationToken cancellationToken = default)
    {
        var after = Seq(page.After, "after") ?? 0;
        if (await _reader.ReadAsync(session, after, page.Size + 1, cancellationToken, tenant) is not { } found) return null;
        var rows = found.Take(page.Size).ToList();
        return new(await ToViewsAsync(tenant, session, rows, cancellationToken), found.Count > page.Size ? Text(rows[^1].Seq) : null);
    }

    /// <summary>
    /// The newest entries, or those before the seq <paramref name="before"/>, also oldest first: for a transcript that is read upwards.
    /// <see cref="Page{T}.Next"/> is the next <paramref name="before"/> and leads to earlier ones.
    /// </summary>
    public async Task<Page<MessageView>?> MessagesBackwardsAsync(Guid tenant, Guid session, int limit, string? before = null, CancellationToken cancellationToken = default)
    {
        var size = new PageRequest(limit).Size;
        if (await _reader.ReadBackwardsAsync(session, Seq(before, "before") ?? long.MaxValue, size + 1, cancellationToken, tenant) is not { } found) return null;
        var rows = found.Take(size).Reverse().ToList();
        return new(await ToViewsAsync(tenant, session, rows, cancellationToken), found.Count > size ? Text(rows[0].Seq) : null);
    }

    /// <summary>One entry with its stages, route and replies, or null when there is none of that number.</summary>
    public async Task<MessageTrace?> TraceAsync(Guid tenant, Guid session, long seq, CancellationToken cancellationToken = default)
    {
        Message? entry = null;
        Guid? question = null;
        var (users, replies) = (new Dictionary<long, Guid>(), new List<Message>());
        using (var transcript = await _reader.OpenAsync(session, tenant, cancellationToken))
        {
            while (transcript?.Next() is { } message)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (message.From == MessageFrom.User && message.Seq < seq) users[message.Seq] = message.Id;
                if (message.Seq == seq) (entry, question) = (message, message.InReplyToSeq is { } asked && users.TryGetValue(asked, out var id) ? id : null);
                if (message.InReplyToSeq == seq) replies.Add(message);
            }
        }

        if (entry is null) return null;
        await using var db = _databases.Create(tenant);
        var dead = entry.State == MessageState.Dead ? await db.DeadLetters.AsNoTracking().Where(d => d.MessageId == entry.Id).OrderByDescending(d => d.Id).FirstOrDefaultAsync(cancellationToken) : null;
        return _views.Trace(entry, question, replies, await DeliveryViews.ReadAsync(db, [entry, .. replies], cancellationToken), dead);
    }

    private static async Task<(List<ArchivedRow> Rows, Cursor? Next)> AllAsync(GatewayDbContext db, ArchiveFilter filter, Cursor? after, int size, CancellationToken cancellationToken)
    {
        var archived = db.ArchivedSessions.AsNoTracking();
        if (after is { } from)
        {
            var (time, id) = (Micros.ToTime(from.Place), from.Id);
            archived = archived.Where(a => a.LastActivityAt <= time && (a.LastActivityAt < time || a.SessionId < id));
        }
        var rows = await Archived(db, archived.OrderByDescending(a => a.LastActivityAt).ThenByDescending(a => a.SessionId), filter).Take(size + 1).ToListAsync(cancellationToken);
        return Cut(rows, size);
    }

    /// <summary>
    /// Goes through the hits in their order and keeps those that are archived sessions of the tenant: the index may still have one that was
    /// restored or deleted a moment ago.
    /// </summary>
    private async Task<(List<ArchivedRow> Rows, Cursor? Next)> FoundAsync(
        GatewayDbContext db, Guid tenant, ArchiveFilter filter, string text, Cursor? after, int size, CancellationToken cancellationToken)
    {
        var rows = new List<ArchivedRow>();
        var hit = after is { } from ? new ArchiveHit(from.Id, Micros.ToTime(from.Place)) : filter.Until is { } until ? new ArchiveHit(Guid.Empty, until.AddMilliseconds(1)) : null;
        for (var seen = 0; seen < SearchWindow; seen += HitsAtOnce)
        {
            var hits = await _search.SearchAsync(tenant, text, hit, HitsAtOnce, cancellationToken);
            var ids = hits.Select(h => h.Session).ToArray();
            var found = await Archived(db, db.ArchivedSessions.AsNoTracking().Where(a => ids.Contains(a.SessionId)), filter).ToDictionaryAsync(r => r.Archived.SessionId, cancellationToken);
            rows.AddRange(ids.Where(found.ContainsKey).Select(id => found[id]));
            if (rows.Count > size) return Cut(rows, size);
            if (hits.Count < HitsAtOnce || hits[^1].LastActivityAt < filter.Since) return (rows, null);
            hit = hits[^1];
        }
        return (rows, new Cursor(Micros.From(hit!.LastActivityAt), hit.Session));
    }

    private static (List<ArchivedRow> Rows, Cursor? Next) Cut(List<ArchivedRow> rows, int size)
    {
        if (rows.Count <= size) return (rows, null);
        rows.RemoveRange(size, rows.Count - size);
        return (rows, new Cursor(Micros.From(rows[^1].Archived.LastActivityAt), rows[^1].Archived.SessionId));
    }

    private static IQueryable<ArchivedRow> Archived(GatewayDbContext db, IQueryable<ArchivedSession> archived, ArchiveFilter filter)
    {
        if (filter.Channel is { } channel) archived = archived.Where(a => a.ChannelId == channel);
        if (filter.Since is { } since) archived = archived.Where(a => a.LastActivityAt >= since);
        if (filter.Until is { } until) archived = archived.Where(a => a.LastActivityAt < until);
        var sessions = db.Sessions.AsNoTracking().Where(s => s.State == SessionState.Archived);
        if (filter.Agent is { } agent) sessions = sessions.Where(s => s.AgentId == agent);
        if (!string.IsNullOrEmpty(filter.User)) sessions = sessions.Where(s => s.UserId == filter.User);
        return archived.Join(sessions, a => a.SessionId, s => s.Id, (a, s) => new ArchivedRow(a, s, db.Channels.Where(c => c.Id == s.ChannelId).Select(c => c.Kind).FirstOrDefault()));
    }

    private async Task<IReadOnlyList<MessageView>> ToViewsAsync(Guid tenant, Guid session, List<Message> rows, CancellationToken cancellationToken)
    {
        var known = rows.ToDictionary(r => r.Seq, r => r.Id);
        var missing = rows.Where(r => r.InReplyToSeq is { } seq && !known.ContainsKey(seq)).Select(r => r.InReplyToSeq!.Value).Distinct().ToArray();
        if (missing.Length > 0)
            foreach (var question in await _reader.ReadAtAsync(session, missing, cancellationToken, tenant) ?? []) known[question.Seq] = question.Id;
        await using var db = _databases.Create(tenant);
        var reports = await DeliveryReports.ReadAsync(db, rows, cancellationToken);
        return reports.Over(rows.Select(r => _views.Of(r, r.InReplyToSeq is { } seq && known.TryGetValue(seq, out var id) ? id : null)));
    }

    private static string Text(long seq) => seq.ToString(CultureInfo.InvariantCulture);

    private static long? Seq(string? text, string field)
    {
        if (string.IsNullOrEmpty(text)) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seq) ? seq
            : throw new InvalidInputException(field, "This is not a cursor that a list has given.");
    }
}

/// <summary>An archived session as it is read. <c>Kind</c> is null when its channel was deleted.</summary>
internal sealed record ArchivedRow(ArchivedSession Archived, Session Session, string? Kind);
