using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.Erasures;

/// <summary>Reads erasures and their reports.</summary>
public sealed class ErasureQueries(ITenantDbFactory databases)
{
    /// <summary>Erasures, newest first.</summary>
    public async Task<Page<ErasureView>> ListAsync(Caller caller, PageRequest page, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        await using var db = databases.Create(caller.Tenant);
        var query = db.Erasures.AsNoTracking();
        if (Cursor.Parse(page.After) is { Id: var last }) query = query.Where(e => e.Id < last);
        var rows = await query.OrderByDescending(e => e.Id).Take(page.Size + 1).ToListAsync(cancellationToken);
        var more = rows.Count > page.Size;
        if (more) rows.RemoveAt(page.Size);
        return new([.. rows.Select(ErasureView.Of)], more ? new Cursor(0, rows[^1].Id).ToString() : null);
    }

    /// <summary>One erasure, or null when the tenant has none of that id.</summary>
    public async Task<ErasureView?> GetAsync(Caller caller, Guid erasure, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        await using var db = databases.Create(caller.Tenant);
        return await db.Erasures.AsNoTracking().FirstOrDefaultAsync(e => e.Id == erasure, cancellationToken) is { } row ? ErasureView.Of(row) : null;
    }
}
