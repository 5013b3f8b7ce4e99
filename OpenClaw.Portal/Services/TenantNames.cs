using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Portal.Services;

/// <summary>Something with a name: what a list of choices shows.</summary>
public sealed record Named(Guid Id, string Name);

/// <summary>Names for ids: of what is configured now, and what to call the rest.</summary>
public sealed class TenantNames(ICatalog catalog, ITenantDbFactory databases)
{
    /// <summary>A channel's name.</summary>
    public string Channel(Guid id) => catalog.FindChannel(id)?.Name ?? "Deleted channel";

    /// <summary>An agent's name; null for none.</summary>
    public string? Agent(Guid? id) => id is { } agent ? catalog.FindAgent(agent)?.Name ?? "Deleted agent" : null;

    /// <summary>A pool's name.</summary>
    public string Pool(Guid id) => catalog.FindPool(id)?.Name ?? "Deleted pool";

    /// <summary>The tenant's pools by name.</summary>
    public async Task<IReadOnlyList<Named>> PoolsAsync(Guid tenant, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        return await db.Pools.AsNoTracking().OrderBy(p => p.Name).Select(p => new Named(p.Id, p.Name)).ToListAsync(cancellationToken);
    }

    /// <summary>The tenant's channels by name.</summary>
    public IReadOnlyList<Named> Channels(Guid tenant) =>
        catalog.Channels.Where(c => c.Tenant.Id == tenant).OrderBy(c => c.Name, StringComparer.CurrentCultureIgnoreCase).Select(c => new Named(c.Id, c.Name)).ToList();

    /// <summary>The tenant's agents by name.</summary>
    public async Task<IReadOnlyList<Named>> AgentsAsync(Guid tenant, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        return await db.Agents.AsNoTracking().OrderBy(a => a.Name).Select(a => new Named(a.Id, a.Name)).ToListAsync(cancellationToken);
    }
}
