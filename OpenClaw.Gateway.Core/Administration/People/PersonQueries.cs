using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Members;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.People;

/// <summary>Reads the accounts of the installation, for its owner.</summary>
public sealed class PersonQueries
{
    private readonly ISystemDbFactory _databases;
    private readonly TimeProvider _time;

    internal PersonQueries(ISystemDbFactory databases, TimeProvider time) => (_databases, _time) = (databases, time);

    /// <summary>Accounts, those that were made last first.</summary>
    public async Task<Page<PersonView>> ListAsync(Caller caller, PageRequest page, PeopleFilter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(filter);
        caller.Demand(ApiScopeNames.Own);
        await using var db = _databases.Create();
        var people = Of(db, Within(db, db.Users.AsNoTracking(), filter), filter.Kind);
        if (Cursor.Parse(page.After) is { } from)
        {
            var (at, id) = (Micros.ToTime(from.Place), from.Id);
            people = people.Where(p => p.CreatedAt < at || (p.CreatedAt == at && p.Id < id));
        }

        var rows = await people.OrderByDescending(p => p.CreatedAt).ThenByDescending(p => p.Id).Take(page.Size + 1).ToListAsync(cancellationToken);
        var more = rows.Count > page.Size;
        if (more) rows.RemoveAt(page.Size);
        return new(await ViewsAsync(db, rows, cancellationToken), more ? new Cursor(Micros.From(rows[^1].CreatedAt), rows[^1].Id).ToString() : null);
    }

    /// <summary>One account, or null when there is none of that id.</summary>
    public async Task<PersonView?> GetAsync(Caller caller, Guid person, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Own);
        await using var db = _databases.Create();
        var row = await db.Users.AsNoTracking().FirstOrDefaultAsync(p => p.Id == person, cancellationToken);
        return row is null ? null : (await ViewsAsync(db, [row], cancellationToken))[0];
    }

    private static IQueryable<Person> Within(GatewayDbContext db, IQueryable<Person> people, PeopleFilter filter)
    {
        if (LikePattern.Part(filter.Text) is { } part) people = people.Where(p => EF.Functions.Like(p.Email!, part, LikePattern.Escape) || EF.Functions.Like(p.Name!, part, LikePattern.Escape));
        if (filter.Tenant is { Length: > 0 } slug) people = people.Where(p => db.Memberships.Any(m => m.PersonId == p.Id && db.Tenants.Any(t => t.Id == m.TenantId && t.Slug == slug)));
        return people;
    }

    private IQueryable<Person> Of(GatewayDbContext db, IQueryable<Person> people, PeopleKind kind)
    {
        DateTimeOffset? now = _time.GetUtcNow();
        return kind switch
        {
            PeopleKind.Owner => people.Where(p => p.IsOwner),
            PeopleKind.Locked => people.Where(p => p.LockoutEnd > now),
            PeopleKind.PasswordOnly => people.Where(p => !p.TwoFactorEnabled && !db.Set<IdentityUserPasskey<Guid>>().Any(k => k.UserId == p.Id)),
            PeopleKind.WithoutTenant => people.Where(p => !db.Memberships.Any(m => m.PersonId == p.Id)),
            _ => people,
        };
    }

    private async Task<IReadOnlyList<PersonView>> ViewsAsync(GatewayDbContext db, IReadOnlyList<Person> rows, CancellationToken cancellationToken)
    {
        var (now, ids) = (_time.GetUtcNow(), rows.Select(r => r.Id).ToList());
        var places = await db.Memberships.Where(m => ids.Contains(m.PersonId))
            .Join(db.Tenants, m => m.TenantId, t => t.Id, (m, t) => new { m.PersonId, t.Id, t.Slug, t.Name, m.Role }).ToListAsync(cancellationToken);
        var passkeys = await CountAsync(db.Set<IdentityUserPasskey<Guid>>().Where(k => ids.Contains(k.UserId)).Select(k => k.UserId), cancellationToken);
        var signIns = await CountAsync(db.SignIns.Where(s => ids.Contains(s.PersonId) && s.EndedAt == null && s.ExpiresAt > now).Select(s => s.PersonId), cancellationToken);
        var byPerson = places.ToLookup(p => p.PersonId, p => new PersonPlace(p.Id, p.Slug, p.Name, MemberView.Word(p.Role)));
        return [.. rows.Select(row => PersonView.Of(row, now) with
        {
            Places = [.. byPerson[row.Id].OrderBy(p => p.Name, StringComparer.CurrentCultureIgnoreCase)],
            Passkeys = passkeys.GetValueOrDefault(row.Id), SignIns = signIns.GetValueOrDefault(row.Id),
        })];
    }

    private static Task<Dictionary<Guid, int>> CountAsync(IQueryable<Guid> people, CancellationToken cancellationToken) =>
        people.GroupBy(p => p).Select(g => new { Person = g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Person, g => g.Count, cancellationToken);
}
