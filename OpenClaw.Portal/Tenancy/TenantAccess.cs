using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Portal.Tenancy;

/// <summary>A tenant as a signed-in person may use it.</summary>
internal sealed record TenantPlace(TenantModel Tenant, TenantRole Role, bool IsOwner)
{
    /// <summary>What the person may do there: while the tenant is suspended, nobody but the owner may do anything.</summary>
    public IReadOnlyCollection<string> Scopes => IsOwner ? Roles.OfOwner : Tenant.Suspended ? [] : Roles.ScopesOf(Role);
}

/// <summary>A tenant that is shut to its members for now, and why.</summary>
public sealed record Suspension(string Tenant, string? Reason);

/// <summary>
/// Who may see which tenant. Asked for every page and never remembered, so that a right that is taken away ends with the next step.
/// The owner of the installation is admin everywhere; others do not get into a suspended tenant.
/// </summary>
internal sealed class TenantAccess(ISystemDbFactory factory, ICatalog catalog)
{
    /// <summary>The person's place in the tenant of that slug; null when there is no such tenant or it is not theirs.</summary>
    public async Task<TenantPlace?> FindAsync(ClaimsPrincipal user, string? slug, CancellationToken cancellationToken = default)
    {
        if (slug is null || IdOf(user) is not { } person || catalog.FindTenant(slug) is not { } tenant) return null;
        await using var db = factory.Create();
        if (await IsOwnerAsync(db, person, cancellationToken)) return new(tenant, TenantRole.Admin, IsOwner: true);
        if (tenant.Suspended) return null;
        var membership = await db.Memberships.AsNoTracking().FirstOrDefaultAsync(m => m.PersonId == person && m.TenantId == tenant.Id, cancellationToken);
        return membership is null ? null : new(tenant, membership.Role, IsOwner: false);
    }

    /// <summary>All tenants that the person may see, by name.</summary>
    public async Task<IReadOnlyList<TenantModel>> ListAsync(ClaimsPrincipal user, CancellationToken cancellationToken = default)
    {
        if (IdOf(user) is not { } person) return [];
        await using var db = factory.Create();
        var all = catalog.Tenants.OrderBy(t => t.Name, StringComparer.CurrentCultureIgnoreCase);
        if (await IsOwnerAsync(db, person, cancellationToken)) return all.ToList();
        var own = await db.Memberships.Where(m => m.PersonId == person).Select(m => m.TenantId).ToHashSetAsync(cancellationToken);
        return all.Where(t => own.Contains(t.Id) && !t.Suspended).ToList();
    }

    /// <summary>The suspension that keeps this member out of the tenant of that slug; null when none does.</summary>
    public async Task<Suspension?> FindSuspensionAsync(ClaimsPrincipal user, string? slug, CancellationToken cancellationToken = default)
    {
        if (slug is null || IdOf(user) is not { } person || catalog.FindTenant(slug) is not { Suspended: true } tenant) return null;
        await using var db = factory.Create();
        if (await IsOwnerAsync(db, person, cancellationToken)) return null;
        return (await SuspensionsAsync(db, person, cancellationToken)).Find(s => s.Id == tenant.Id)?.Suspension;
    }

    /// <summary>The suspensions that keep a person out altogether; none when the person owns the installation, has an open tenant, or has no tenant at all.</summary>
    public async Task<IReadOnlyList<Suspension>> FindShutOutAsync(Guid person, CancellationToken cancellationToken = default)
    {
        await using var db = factory.Create();
        if (await IsOwnerAsync(db, person, cancellationToken)) return [];
        var suspended = await SuspensionsAsync(db, person, cancellationToken);
        var places = await db.Memberships.CountAsync(m => m.PersonId == person, cancellationToken);
        return suspended.Count == places ? [.. suspended.Select(s => s.Suspension)] : [];
    }

    /// <summary>Whether the person owns the installation.</summary>
    public async Task<bool> IsOwnerAsync(ClaimsPrincipal user, CancellationToken cancellationToken = default)
    {
        if (IdOf(user) is not { } person) return false;
        await using var db = factory.Create();
        return await IsOwnerAsync(db, person, cancellationToken);
    }

    /// <summary>The signed-in person's id.</summary>
    public static Guid? IdOf(ClaimsPrincipal user) =>
        user.Identity?.IsAuthenticated == true && Guid.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), out var id) ? id : null;

    /// <summary>From the database, not the catalog: the reason stands there alone.</summary>
    private static async Task<List<SuspendedPlace>> SuspensionsAsync(GatewayDbContext db, Guid person, CancellationToken cancellationToken) =>
        await db.Tenants.Where(t => t.Suspended && db.Memberships.Any(m => m.PersonId == person && m.TenantId == t.Id)).OrderBy(t => t.Name)
            .Select(t => new SuspendedPlace(t.Id, new(t.Name, t.SuspendedReason))).ToListAsync(cancellationToken);

    private static Task<bool> IsOwnerAsync(GatewayDbContext db, Guid person, CancellationToken cancellationToken) =>
        db.Users.AnyAsync(p => p.Id == person && p.IsOwner, cancellationToken);

    private sealed record SuspendedPlace(Guid Id, Suspension Suspension);
}
