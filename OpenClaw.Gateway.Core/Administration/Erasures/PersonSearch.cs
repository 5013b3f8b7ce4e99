using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.Erasures;

/// <summary>Somebody who has sessions: the platform's id and, where known, the name.</summary>
public sealed record KnownPerson(string Id, string? Name);

/// <summary>Finds people while somebody types: by the beginning of their id, or by a part of the name among those who wrote last.</summary>
public sealed class PersonSearch(ITenantDbFactory databases)
{
    private const int Most = 8;
    private const int Recent = 2_000;

    /// <summary>At most eight; none for an empty text.</summary>
    public async Task<IReadOnlyList<KnownPerson>> FindAsync(Caller caller, string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(text);
        caller.Demand(ApiScopeNames.Read);
        if (text.Trim() is not { Length: > 0 } wanted) return [];
        await using var db = databases.Create(caller.Tenant);
        var pattern = LikePattern.Part(wanted)!;
        var end = wanted + '\uffff';
        var byId = await db.Sessions.AsNoTracking().Where(s => s.UserId.CompareTo(wanted) >= 0 && s.UserId.CompareTo(end) < 0)
            .Select(s => new { s.UserId, s.UserName }).Distinct().OrderBy(s => s.UserId).Take(Most).ToListAsync(cancellationToken);
        var byName = await db.Sessions.AsNoTracking().OrderByDescending(s => s.LastActivityAt).Take(Recent)
            .Where(s => s.UserName != null && EF.Functions.Like(s.UserName, pattern, LikePattern.Escape)).Select(s => new { s.UserId, s.UserName }).Distinct().Take(Most).ToListAsync(cancellationToken);
        return [.. byId.Concat(byName).Select(s => new KnownPerson(s.UserId, s.UserName)).DistinctBy(p => p.Id).Take(Most)];
    }
}
