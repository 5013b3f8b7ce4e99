using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.Secrets;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.Agents;

/// <summary>Reads agents' configuration.</summary>
public sealed class AgentQueries
{
    private readonly ITenantDbFactory _databases;
    private readonly AgentKinds _kinds;
    private readonly SecretOverlaps _overlaps;

    internal AgentQueries(ITenantDbFactory databases, AgentKinds kinds, SecretOverlaps overlaps) => (_databases, _kinds, _overlaps) = (databases, kinds, overlaps);

    /// <summary>Agents, newest first.</summary>
    public async Task<Page<AgentView>> ListAsync(Guid tenant, PageRequest page, CancellationToken cancellationToken = default)
    {
        await using var db = _databases.Create(tenant);
        var query = db.Agents.AsNoTracking();
        if (Cursor.Parse(page.After) is { Id: var last }) query = query.Where(a => a.Id < last);
        var rows = await query.OrderByDescending(a => a.Id).Take(page.Size + 1).ToListAsync(cancellationToken);
        var more = rows.Count > page.Size;
        if (more) rows.RemoveAt(page.Size);
        var secrets = await SecretViews.LoadAsync(db, [.. rows.Select(r => r.Id)], cancellationToken);
        return new([.. rows.Select(r => AgentView.Of(r, secrets[r.Id], _kinds))], more ? new Cursor(0, rows[^1].Id).ToString() : null);
    }

    /// <summary>One agent, or null when the tenant has none of that id.</summary>
    public async Task<AgentView?> GetAsync(Guid tenant, Guid agent, CancellationToken cancellationToken = default)
    {
        await using var db = _databases.Create(tenant);
        var row = await db.Agents.AsNoTracking().FirstOrDefaultAsync(a => a.Id == agent, cancellationToken);
        if (row is null) return null;
        var secrets = (await SecretViews.LoadAsync(db, [row.Id], cancellationToken))[row.Id];
        var view = AgentView.Of(row, secrets, _kinds);
        return view with { Secrets = _overlaps.Of(view.Secrets, secrets) };
    }
}
