using System.Globalization;
using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Portal.Tenancy;

namespace OpenClaw.Portal.Identity.Live;

/// <summary>
/// A person's rights as one text: owner or not, the role in each tenant, and which of these are suspended. When it changes, what a
/// circuit shows has to be decided anew.
/// </summary>
internal sealed class RightsPrint(ISystemDbFactory databases, ICatalog catalog)
{
    public async Task<string> OfAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (TenantAccess.IdOf(user) is not { } person) return "";
        await using var db = databases.Create();
        var owner = await db.Users.AnyAsync(p => p.Id == person && p.IsOwner, cancellationToken);
        var places = await db.Memberships.Where(m => m.PersonId == person).OrderBy(m => m.TenantId).Select(m => new { m.TenantId, m.Role }).ToListAsync(cancellationToken);
        var texts = places.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.TenantId:N}:{(int)p.Role}{(catalog.FindTenant(p.TenantId) is { Suspended: true } ? "s" : "")}"));
        return $"{(owner ? "owner" : "")} {string.Join(' ', texts)}";
    }
}
