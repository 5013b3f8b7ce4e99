using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Drills;

/// <summary>Reads fault drills.</summary>
public sealed class DrillQueries(ITenantDbFactory databases, ICatalog catalog, DrillBook book, TimeProvider time)
{
    /// <summary>Drills, newest first; with <paramref name="subject"/> those of one channel or agent.</summary>
    public async Task<Page<DrillView>> ListAsync(Caller caller, PageRequest page, Guid? subject = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Read);
        await using var db = databases.Create(caller.Tenant);
        var query = db.Drills.AsNoTracking();
        if (subject is { } id) query = query.Where(d => d.SubjectId == id);
        if (Cursor.Parse(page.After) is { Id: var last }) query = query.Where(d => d.Id < last);
        var rows = await query.OrderByDescending(d => d.Id).Take(page.Size + 1).ToListAsync(cancellationToken);
        var more = rows.Count > page.Size;
        if (more) rows.RemoveAt(page.Size);
        return new([.. rows.Select(View)], more ? new Cursor(0, rows[^1].Id).ToString() : null);
    }

    /// <summary>One drill, or null when the tenant has none of that id.</summary>
    public async Task<DrillView?> GetAsync(Caller caller, Guid drill, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Read);
        await using var db = databases.Create(caller.Tenant);
        return await db.Drills.AsNoTracking().FirstOrDefaultAsync(d => d.Id == drill, cancellationToken) is { } row ? View(row) : null;
    }

    private DrillView View(Drill row) => DrillView.Of(row, catalog, time.GetUtcNow(), row.EndedAt is null ? book.Find(row.Id)?.Hits : null);
}
