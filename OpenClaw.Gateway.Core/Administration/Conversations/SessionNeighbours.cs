using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Administration.Conversations;

/// <summary>
/// What stands before a session in the list, and what its user said in others: for readers who go both ways. <see cref="SessionQueries"/>
/// goes on towards older ones.
/// </summary>
public sealed class SessionNeighbours(ITenantDbFactory databases, IEntryIndex index)
{
    /// <summary>So far is counted; more is “100 or more”.</summary>
    public const int MaxCount = 100;

    private const int MaxRelated = 50;

    /// <summary>Where a session stands in the list: for <see cref="PageRequest.After"/>, here and in <see cref="SessionQueries"/>.</summary>
    public static string PlaceOf(SessionView session)
    {
        ArgumentNullException.ThrowIfNull(session);
        return PlaceOf(session.LastActivityAt, session.Id);
    }

    /// <summary>
    /// The sessions just before <see cref="PageRequest.After"/> (newer activity), newest first. <see cref="Page{T}.Next"/> leads to newer ones still.
    /// The filter's text is not looked at.
    /// </summary>
    public async Task<Page<SessionView>> NewerAsync(Guid tenant, SessionFilter filter, PageRequest page, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await index.CatchUpAsync(Guid.Empty, cancellationToken);
        await using var db = databases.Create(tenant);
        var newer = Before(SessionNarrowing.Of(db, filter), Cursor.Parse(page.After)).OrderBy(s => s.LastActivityAt).ThenBy(s => s.Id);
        var rows = await SessionQueries.Project(db, newer).Take(page.Size + 1).ToListAsync(cancellationToken);
        var more = rows.Count > page.Size;
        if (more) rows.RemoveAt(page.Size);
        rows.Reverse();
        return new([.. rows.Select(SessionQueries.ToView)], more ? PlaceOf(rows[0].Session.LastActivityAt, rows[0].Session.Id) : null);
    }

    /// <summary>How many sessions stand before a place; at most <see cref="MaxCount"/> are counted.</summary>
    public async Task<int> CountNewerAsync(Guid tenant, SessionFilter filter, string place, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var db = databases.Create(tenant);
        return await Before(SessionNarrowing.Of(db, filter), Cursor.Parse(place)).Take(MaxCount).CountAsync(cancellationToken);
    }

    /// <summary>
    /// Other sessions of the same address (its episodes), and of the same user in the same channel, newest first, archived ones too; at
    /// most 50.
    /// </summary>
    public async Task<IReadOnlyList<SessionView>> RelatedAsync(Guid tenant, Guid session, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        if (await db.Sessions.AsNoTracking().FirstOrDefaultAsync(s => s.Id == session, cancellationToken) is not { } one) return [];
        var related = db.Sessions.AsNoTracking()
            .Where(s => s.Id != session && (s.RootId == one.RootId || (s.UserId == one.UserId && s.ChannelId == one.ChannelId)))
            .OrderByDescending(s => s.LastActivityAt).ThenByDescending(s => s.Id).Take(MaxRelated);
        return [.. (await SessionQueries.Project(db, related).ToListAsync(cancellationToken)).Select(SessionQueries.ToView)];
    }

    private static string PlaceOf(DateTimeOffset at, Guid id) => new Cursor(Micros.From(at), id).ToString();

    private static IQueryable<Session> Before(IQueryable<Session> sessions, Cursor? cursor)
    {
        if (cursor is not { } from) return sessions;
        var (time, id) = (Micros.ToTime(from.Place), from.Id);
        return sessions.Where(s => s.LastActivityAt >= time && (s.LastActivityAt > time || s.Id > id));
    }
}
