using System.Security.Claims;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Portal.Tenancy;

/// <summary>
/// On whose behalf a page acts. Asked anew for every action: the person's rights are read from the database, so that what was taken
/// away is gone with the next click, however old the circuit is.
/// </summary>
internal sealed class Callers(TenantAccess access)
{
    /// <summary>The claim that a circuit carries its client's address in.</summary>
    public const string AddressClaim = "address";

    /// <summary>In the tenant of that slug. Throws <see cref="ForbiddenException"/> when the person has no place there (any more).</summary>
    public async Task<Caller> InTenantAsync(ClaimsPrincipal user, string slug, CancellationToken cancellationToken = default)
    {
        var place = await access.FindAsync(user, slug, cancellationToken) ?? throw new ForbiddenException(ApiScopeNames.Read);
        return new(place.Tenant.Id, ActorKind.Person, TenantAccess.IdOf(user)!.Value, user.Identity!.Name ?? "", place.Scopes, user.FindFirstValue(AddressClaim));
    }

    /// <summary>Over the installation. Throws <see cref="ForbiddenException"/> for all but the owner.</summary>
    public async Task<Caller> InInstallationAsync(ClaimsPrincipal user, CancellationToken cancellationToken = default)
    {
        if (!await access.IsOwnerAsync(user, cancellationToken)) throw new ForbiddenException(ApiScopeNames.Own);
        return new(Guid.Empty, ActorKind.Person, TenantAccess.IdOf(user)!.Value, user.Identity!.Name ?? "", Roles.OfOwner, user.FindFirstValue(AddressClaim));
    }
}
