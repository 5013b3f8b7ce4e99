using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Portal.Identity;

/// <summary>What the first visitor chooses. Name and slug are null when the tenant keeps its own.</summary>
internal sealed record OwnerRequest(string Email, string Password, string? TenantName = null, string? TenantSlug = null);

/// <summary>Makes the first owner, once: account, place in the first tenant and the tenant's name in one transaction.</summary>
internal sealed class OwnerSetup(PersonDb db, UserManager<Person> people, Installation installation, ICatalog catalog, GatewayOptions options, TimeProvider time)
{
    private static readonly SemaphoreSlim OneAtATime = new(1);

    /// <summary>The owner, or null and what is wrong.</summary>
    public async Task<(Person? Owner, IReadOnlyList<string> Faults)> CreateAsync(OwnerRequest request, CancellationToken cancellationToken)
    {
        await OneAtATime.WaitAsync(cancellationToken);
        try
        {
            if (await installation.IsOwnedAsync(cancellationToken)) return (null, ["This installation has an owner already. Sign in instead."]);
            var tenant = await FirstTenantAsync(cancellationToken);
            if (tenant is null) return (null, ["The first tenant is not there yet. Try again in a moment."]);
            var now = time.GetUtcNow();
            var person = new Person { Id = Guid.CreateVersion7(now), UserName = request.Email, Email = request.Email, EmailConfirmed = true, IsOwner = true, CreatedAt = now };
            tenant.Name = request.TenantName ?? tenant.Name;
            tenant.Slug = request.TenantSlug ?? tenant.Slug;
            db.Context.Memberships.Add(new() { PersonId = person.Id, TenantId = tenant.Id, Role = TenantRole.Admin, CreatedAt = now });
            var result = await people.CreateAsync(person, request.Password);
            if (!result.Succeeded) return (null, result.Errors.Select(e => e.Description).ToList());
            await catalog.ReloadAsync(cancellationToken);
            await installation.IsOwnedAsync(cancellationToken);
            return (person, []);
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    /// <summary>The tenant that the first start made.</summary>
    public async Task<Tenant?> FirstTenantAsync(CancellationToken cancellationToken) =>
        await db.Context.Tenants.FirstOrDefaultAsync(t => t.Slug == options.Bootstrap.Tenant, cancellationToken)
        ?? await db.Context.Tenants.OrderBy(t => t.CreatedAt).FirstOrDefaultAsync(cancellationToken);
}
