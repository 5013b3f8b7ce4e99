using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.Pools;

/// <summary>Reads pools.</summary>
public sealed class PoolQueries(ITenantDbFactory databases)
{
    /// <summary>Pools, newest first.</summary>
    public async Task<Page<PoolView>> ListAsync(Guid tenant, PageRequest page, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        var query = db.Pools.AsNoTracking();
        if (Cursor.Parse(page.After) is { Id: var last }) query = query.Where(p => p.Id < last);
        var rows = await query.OrderByDescending(p => p.Id).Take(page.Size + 1).ToListAsync(cancellationToken);
        var more = rows.Count > page.Size;
        if (more) rows.RemoveAt(page.Size);
        return new([.. rows.Select(PoolView.Of)], more ? new Cursor(0, rows[^1].Id).ToString() : null);
    }

    /// <summary>One pool, or null when the tenant has none of that id.</summary>
    public async Task<PoolView?> GetAsync(Guid tenant, Guid pool, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        return await db.Pools.AsNoTracking().FirstOrDefaultAsync(p => p.Id == pool, cancellationToken) is { } row ? PoolView.Of(row) : null;
    }
}
