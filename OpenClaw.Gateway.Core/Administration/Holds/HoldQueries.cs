using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Holds;

namespace OpenClaw.Gateway.Core.Administration.Holds;

/// <summary>Reads legal holds.</summary>
public sealed class HoldQueries(ITenantDbFactory databases)
{
    /// <summary>Holds, newest first.</summary>
    public async Task<Page<HoldView>> ListAsync(Caller caller, PageRequest page, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        await using var db = databases.Create(caller.Tenant);
        var query = db.LegalHolds.AsNoTracking();
        if (Cursor.Parse(page.After) is { Id: var last }) query = query.Where(h => h.Id < last);
        var rows = await query.OrderByDescending(h => h.Id).Take(page.Size + 1).ToListAsync(cancellationToken);
        var more = rows.Count > page.Size;
        if (more) rows.RemoveAt(page.Size);
        return new([.. rows.Select(HoldView.Of)], more ? new Cursor(0, rows[^1].Id).ToString() : null);
    }

    /// <summary>One hold, or null when the tenant has none of that id.</summary>
    public async Task<HoldView?> GetAsync(Caller caller, Guid hold, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        await using var db = databases.Create(caller.Tenant);
        return await db.LegalHolds.AsNoTracking().FirstOrDefaultAsync(h => h.Id == hold, cancellationToken) is { } row ? HoldView.Of(row) : null;
    }

    /// <summary>What holds now, to be asked about many sessions: for lists and pages, which say it of each.</summary>
    public async Task<HoldSet> SetAsync(Guid tenant, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        return await HoldSet.ReadAsync(db, tenant, cancellationToken);
    }
}
