using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Administration.Conversations;

/// <summary>What a list of sessions is narrowed to; what is null does not narrow.</summary>
public sealed record SessionFilter
{
    /// <summary>State.</summary>
    public SessionState? State { get; init; }

    /// <summary>Channel.</summary>
    public Guid? Channel { get; init; }

    /// <summary>The agent that it has.</summary>
    public Guid? Agent { get; init; }

    /// <summary>The user's id on the platform.</summary>
    public string? User { get; init; }

    /// <summary>Occurs in the text of one of its entries, ignoring the case of ASCII letters.</summary>
    public string? Text { get; init; }

    /// <summary>Active at or after that time.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Active before that time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Archived ones are left out.</summary>
    public bool IsLive { get; init; }

    /// <summary>Has a dead letter that nobody has dealt with.</summary>
    public bool HasDeadLetters { get; init; }

    /// <summary>A reply came back from where it was sent (a mail's bounce).</summary>
    public bool HasBounces { get; init; }

    /// <summary>A message of its user came before that time and is still not answered.</summary>
    public DateTimeOffset? WaitingSince { get; init; }

    /// <summary>An operator answers in the agent's place.</summary>
    public bool IsTaken { get; init; }

    /// <summary>
    /// What may be wrong, or call for somebody: <c>operator</c> (the user waits for the operator who took over), <c>taken</c> (an operator
    /// answers), <c>waiting</c> (the user waits for over a minute), <c>dead</c> (has open dead letters), <c>bounced</c> (a reply came back).
    /// </summary>
    public static IReadOnlyList<string> Troubles { get; } = ["operator", "taken", "waiting", "dead", "bounced"];

    /// <summary>Narrowed further to one of <see cref="Troubles"/>, as it is now; null for a name that is none.</summary>
    public SessionFilter? Troubled(string trouble, DateTimeOffset now) => trouble switch
    {
        "operator" => this with { IsTaken = true, WaitingSince = now },
        "taken" => this with { IsTaken = true },
        "waiting" => this with { WaitingSince = now - TooLong },
        "dead" => this with { HasDeadLetters = true },
        "bounced" => this with { HasBounces = true },
        _ => null,
    };

    /// <summary>A message that waits that long tells that something is slow.</summary>
    private static readonly TimeSpan TooLong = TimeSpan.FromMinutes(1);
}

/// <summary>Reads sessions.</summary>
public sealed class SessionQueries(ITenantDbFactory databases, IEntryIndex index)
{
    /// <summary>
    /// How many sessions one search for text looks through. A page may then have fewer items than asked, or none, and a
    /// <see cref="Page{T}.Next"/> from where the search goes on.
    /// </summary>
    public const int SearchWindow = 2_000;

    /// <summary>Sessions with the newest activity first.</summary>
    public async Task<Page<SessionView>> ListAsync(Guid tenant, SessionFilter filter, PageRequest page, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await index.CatchUpAsync(Guid.Empty, cancellationToken);
        await using var db = databases.Create(tenant);
        var sessions = After(SessionNarrowing.Of(db, filter), Cursor.Parse(page.After))
            .OrderByDescending(s => s.LastActivityAt).ThenByDescending(s => s.Id);
        Cursor? unsearched = null;
        var found = sessions.AsQueryable();
        if (!string.IsNullOrEmpty(filter.Text))
        {
            unsearched = await EndOfWindowAsync(sessions, cancellationToken);
            found = Containing(db, sessions, filter.Text, unsearched);
        }
        var rows = await Project(db, found).Take(page.Size + 1).ToListAsync(cancellationToken);
        return ToPage(rows, page.Size, unsearched);
    }

    /// <summary>One session, or null when the tenant has none of that id.</summary>
    public async Task<SessionView?> GetAsync(Guid tenant, Guid session, CancellationToken cancellationToken = default)
    {
        await index.CatchUpAsync(session, cancellationToken);
        await using var db = databases.Create(tenant);
        var row = await Project(db, db.Sessions.AsNoTracking().Where(s => s.Id == session)).FirstOrDefaultAsync(cancellationToken);
        return row is null ? null : ToView(row);
    }

    private static IQueryable<Session> After(IQueryable<Session> sessions, Cursor? cursor)
    {
        if (cursor is not { } from) return sessions;
        var (time, id) = (Micros.ToTime(from.Place), from.Id);
        return sessions.Where(s => s.LastActivityAt <= time && (s.LastActivityAt < time || s.Id < id));
    }

    private static async Task<Cursor?> EndOfWindowAsync(IQueryable<Session> sessions, CancellationToken cancellationToken)
    {
        var last = await sessions.Skip(SearchWindow - 1).Select(s => new { s.Id, s.LastActivityAt }).FirstOrDefaultAsync(cancellationToken);
        return last is null ? null : new(Micros.From(last.LastActivityAt), last.Id);
    }

    private static IQueryable<Session> Containing(GatewayDbContext db, IQueryable<Session> sessions, string text, Cursor? end)
    {
        var pattern = $"%{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
        if (end is { } window)
        {
            var (time, id) = (Micros.ToTime(window.Place), window.Id);
            sessions = sessions.Where(s => s.LastActivityAt >= time && (s.LastActivityAt > time || s.Id >= id));
        }
        return sessions.Where(s => db.SessionEntries.Where(e => e.SessionId == s.Id).Join(db.Messages, e => e.Position, m => m.Position, (e, m) => m.Text).Any(t => EF.Functions.Like(t, pattern, "\\")));
    }

    internal static IQueryable<Row> Project(GatewayDbContext db, IQueryable<Session> sessions) => sessions.Select(s => new Row(
        s,
        db.Channels.Where(c => c.Id == s.ChannelId).Select(c => c.Kind).FirstOrDefault(),
        db.SessionEntries.Where(e => e.SessionId == s.Id).Max(e => (long?)e.Seq)));

    private static Page<SessionView> ToPage(List<Row> rows, int size, Cursor? unsearched)
    {
        var more = rows.Count > size;
        if (more) rows.RemoveAt(size);
        var next = more ? new Cursor(Micros.From(rows[^1].Session.LastActivityAt), rows[^1].Session.Id) : unsearched;
        return new([.. rows.Select(ToView)], next?.ToString());
    }

    internal static SessionView ToView(Row row)
    {
        var session = row.Session;
        return new()
        {
            Id = session.Id,
            Channel = session.ChannelId,
            ChannelKind = row.Kind,
            Conversation = session.Conversation,
            Thread = session.Thread,
            User = new(session.UserId, session.UserName),
            Episode = session.Episode,
            State = Names.Of(session.State),
            Agent = session.AgentId,
            Assigned = session.Assigned,
            TakenBy = session.TakenAt is { } taken ? new(session.TakenById ?? Guid.Empty, session.TakenByName ?? "", taken) : null,
            EndedAt = session.EndedAt,
            CreatedAt = session.CreatedAt,
            LastActivityAt = session.LastActivityAt,
            Messages = Math.Max(session.LastSeq, row.Newest ?? 0),
            Context = SavedJson.Object(session.Context),
            Preferences = SavedJson.Object(session.Preferences),
            AgentSettings = SavedJson.Object(session.AgentSettings),
            Tools = SavedJson.Array(session.Tools),
        };
    }

    internal sealed record Row(Session Session, string? Kind, long? Newest);
}
