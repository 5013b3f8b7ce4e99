using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Portal.Services;

/// <summary>What of the first steps is done; told from what there is, not from what was clicked.</summary>
public sealed record FirstStepsView(bool Talked, bool HasChannel, bool HasAgent, bool HasRule, bool HasInvited)
{
    /// <summary>Nothing is left to do.</summary>
    public bool IsDone => Talked && HasChannel && HasAgent && HasRule && HasInvited;
}

/// <summary>Looks how far a tenant has come. A tenant begins with one web chat and one echo agent: what is added counts.</summary>
public sealed class FirstStepsService(ITenantDbFactory databases, ICatalog catalog)
{
    /// <summary>The tenant's present.</summary>
    public async Task<FirstStepsView> GetAsync(Guid tenant, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        return new(
            await db.Sessions.AsNoTracking().AnyAsync(cancellationToken),
            catalog.Channels.Count(c => c.Tenant.Id == tenant) > 1,
            await db.Agents.AsNoTracking().AnyAsync(a => a.Kind != "echo", cancellationToken),
            catalog.FindRules(tenant)?.Rules.Count > 0,
            await db.Memberships.AsNoTracking().CountAsync(cancellationToken) > 1 || await db.Invitations.AsNoTracking().AnyAsync(cancellationToken));
    }
}
