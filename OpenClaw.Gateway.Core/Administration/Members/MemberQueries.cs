using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Members;

/// <summary>Reads who is in a tenant and who is invited.</summary>
public sealed class MemberQueries(ITenantDbFactory databases)
{
    /// <summary>Members and open invitations, those who came last first. <paramref name="text"/> narrows to addresses and names that hold it.</summary>
    public async Task<Page<MemberView>> ListAsync(Caller caller, PageRequest page, string? text = null, CancellationToken cancellationToken = default)
    {
        await using var db = Open(caller);
        var cursor = Cursor.Parse(page.After);
        var found = await MembersAsync(db, cursor, text, page.Size + 1, cancellationToken);
        found.AddRange(await InvitationsAsync(db, cursor, text, page.Size + 1, cancellationToken));
        var items = found.OrderByDescending(m => m.CreatedAt).ThenByDescending(m => m.Id, BigEndian).Take(page.Size).ToList();
        return new(items, found.Count > items.Count ? new Cursor(Micros.From(items[^1].CreatedAt), items[^1].Id).ToString() : null);
    }

    /// <summary>A member or an open invitation; null when the tenant has none of that id.</summary>
    public async Task<MemberView?> GetAsync(Caller caller, Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = Open(caller);
        if (await db.Memberships.AsNoTracking().FirstOrDefaultAsync(m => m.PersonId == id, cancellationToken) is { } membership
            && await db.Users.AsNoTracking().FirstOrDefaultAsync(p => p.Id == id, cancellationToken) is { } person) return MemberView.Of(membership, person);
        var invitation = await db.Invitations.AsNoTracking().FirstOrDefaultAsync(i => i.Id == id && i.AcceptedAt == null, cancellationToken);
        return invitation is null ? null : MemberView.Of(invitation);
    }

    /// <summary>The addresses of the tenant's admins: whom to ask for a right. Every member may know.</summary>
    public async Task<IReadOnlyList<string>> AdminsAsync(Guid tenant, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        return await db.Memberships.AsNoTracking().Where(m => m.Role == TenantRole.Admin)
            .Join(db.Users, m => m.PersonId, p => p.Id, (_, p) => p.Email ?? "").OrderBy(e => e).Take(PageRequest.DefaultLimit).ToListAsync(cancellationToken);
    }

    /// <summary>As the database orders them, which is not how .NET does.</summary>
    private static readonly Comparer<Guid> BigEndian = Comparer<Guid>.Create((a, b) => a.ToByteArray(bigEndian: true).AsSpan().SequenceCompareTo(b.ToByteArray(bigEndian: true)));

    private GatewayDbContext Open(Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        return databases.Create(caller.Tenant);
    }

    private static async Task<List<MemberView>> MembersAsync(GatewayDbContext db, Cursor? cursor, string? text, int most, CancellationToken cancellationToken)
    {
        var rows = db.Memberships.AsNoTracking().Join(db.Users.AsNoTracking(), m => m.PersonId, p => p.Id, (m, p) => new { Membership = m, Person = p });
        if (cursor is { } from)
        {
            var (at, id) = (Micros.ToTime(from.Place), from.Id);
            rows = rows.Where(r => r.Membership.CreatedAt < at || (r.Membership.CreatedAt == at && r.Membership.PersonId < id));
        }
        if (LikePattern.Part(text) is { } part) rows = rows.Where(r => EF.Functions.Like(r.Person.Email!, part, LikePattern.Escape) || EF.Functions.Like(r.Person.Name!, part, LikePattern.Escape));
        var found = await rows.OrderByDescending(r => r.Membership.CreatedAt).ThenByDescending(r => r.Membership.PersonId).Take(most).ToListAsync(cancellationToken);
        return found.ConvertAll(r => MemberView.Of(r.Membership, r.Person));
    }

    private static async Task<List<MemberView>> InvitationsAsync(GatewayDbContext db, Cursor? cursor, string? text, int most, CancellationToken cancellationToken)
    {
        var rows = db.Invitations.AsNoTracking().Where(i => i.AcceptedAt == null);
        if (cursor is { } from)
        {
            var (at, id) = (Micros.ToTime(from.Place), from.Id);
            rows = rows.Where(i => i.CreatedAt < at || (i.CreatedAt == at && i.Id < id));
        }
        if (LikePattern.Part(text) is { } part) rows = rows.Where(i => EF.Functions.Like(i.Email, part, LikePattern.Escape));
        return (await rows.OrderByDescending(i => i.CreatedAt).ThenByDescending(i => i.Id).Take(most).ToListAsync(cancellationToken)).ConvertAll(MemberView.Of);
    }
}
