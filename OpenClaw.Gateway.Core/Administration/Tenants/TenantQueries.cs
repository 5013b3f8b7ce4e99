using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Administration.Tenants;

/// <summary>Reads tenants, for the owner of the installation.</summary>
public sealed class TenantQueries
{
    private readonly ISystemDbFactory _databases;
    private readonly UsageMeter _meter;
    private readonly TimeProvider _time;

    internal TenantQueries(ISystemDbFactory databases, UsageMeter meter, TimeProvider time) => (_databases, _meter, _time) = (databases, meter, time);

    /// <summary>Tenants, newest first, with what they use; <paramref name="text"/> narrows by name and slug, <paramref name="suspended"/> by state.</summary>
    public async Task<Page<TenantView>> ListAsync(Caller caller, PageRequest page, string? text = null, bool? suspended = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Own);
        await using var db = _databases.Create();
        var query = db.Tenants.AsNoTracking();
        if (!string.IsNullOrWhiteSpace(text))
        {
            var pattern = $"%{text.Trim().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
            query = query.Where(t => EF.Functions.Like(t.Slug, pattern, "\\") || EF.Functions.Like(t.Name, pattern, "\\"));
        }

        if (suspended is { } state) query = query.Where(t => t.Suspended == state);
        if (Cursor.Parse(page.After) is { Id: var last }) query = query.Where(t => t.Id < last);
        var rows = await query.OrderByDescending(t => t.Id).Take(page.Size + 1).ToListAsync(cancellationToken);
        var more = rows.Count > page.Size;
        if (more) rows.RemoveAt(page.Size);
        return new(await ViewsAsync(db, rows, cancellationToken), more ? new Cursor(0, rows[^1].Id).ToString() : null);
    }

    /// <summary>One tenant, or null when there is none of that id.</summary>
    public async Task<TenantView?> GetAsync(Caller caller, Guid tenant, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Own);
        await using var db = _databases.Create();
        var row = await db.Tenants.AsNoTracking().FirstOrDefaultAsync(t => t.Id == tenant, cancellationToken);
        return row is null ? null : (await ViewsAsync(db, [row], cancellationToken))[0];
    }

    private async Task<IReadOnlyList<TenantView>> ViewsAsync(GatewayDbContext db, IReadOnlyList<Tenant> rows, CancellationToken cancellationToken)
    {
        var ids = rows.Select(r => r.Id).ToList();
        var members = await CountAsync(db.Memberships.Where(m => ids.Contains(m.TenantId)).Select(m => m.TenantId), cancellationToken);
        var channels = await CountAsync(db.Channels.Where(c => ids.Contains(c.TenantId)).Select(c => c.TenantId), cancellationToken);
        var agents = await CountAsync(db.Agents.Where(a => ids.Contains(a.TenantId)).Select(a => a.TenantId), cancellationToken);
        var today = UsageDays.Of(_time.GetUtcNow());
        var month = UsageDays.Of(_time.GetUtcNow().AddDays(-29));
        var used = await db.UsageDays.Where(u => ids.Contains(u.TenantId) && u.Day >= month && u.Day < today).GroupBy(u => u.TenantId)
            .Select(g => new { Tenant = g.Key, Messages = g.Sum(u => u.Messages) }).ToDictionaryAsync(g => g.Tenant, g => g.Messages, cancellationToken);
        return [.. rows.Select(row =>
        {
            var now = _meter.Now(row.Id);
            return TenantView.Of(row) with
            {
                Usage = new(
                    members.GetValueOrDefault(row.Id), channels.GetValueOrDefault(row.Id), agents.GetValueOrDefault(row.Id),
                    now.Messages, now.Messages + used.GetValueOrDefault(row.Id), now.Stored),
            };
        })];
    }

    private static Task<Dictionary<Guid, int>> CountAsync(IQueryable<Guid> owners, CancellationToken cancellationToken) =>
        owners.GroupBy(o => o).Select(g => new { Tenant = g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Tenant, g => g.Count, cancellationToken);
}
