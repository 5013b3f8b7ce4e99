using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Secrets;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Alerts;

/// <summary>Which alerts are wanted.</summary>
/// <param name="Open">True: those that last; false: those that are over; null: all.</param>
/// <param name="Rule">Those of one rule.</param>
public sealed record AlertFilter(bool? Open = null, Guid? Rule = null);

/// <summary>Reads alert rules and alerts.</summary>
public sealed class AlertQueries
{
    private readonly ITenantDbFactory _databases;
    private readonly AlertConditions _conditions;
    private readonly AlertLinks _links;

    internal AlertQueries(ITenantDbFactory databases, AlertConditions conditions, AlertLinks links) => (_databases, _conditions, _links) = (databases, conditions, links);

    /// <summary>Rules, newest first.</summary>
    public async Task<Page<AlertRuleView>> ListAsync(Caller caller, PageRequest page, CancellationToken cancellationToken = default)
    {
        await using var db = Open(caller);
        var query = db.AlertRules.AsNoTracking();
        if (Cursor.Parse(page.After) is { Id: var last }) query = query.Where(r => r.Id < last);
        var rows = await query.OrderByDescending(r => r.Id).Take(page.Size + 1).ToListAsync(cancellationToken);
        var more = Cut(rows, page.Size);
        var secrets = await SecretViews.LoadAsync(db, [.. rows.Select(r => r.Id)], cancellationToken);
        return new([.. rows.Select(r => AlertRuleView.Of(r, secrets[r.Id], _conditions))], more ? new Cursor(0, rows[^1].Id).ToString() : null);
    }

    /// <summary>One rule, or null when the tenant has none of that id.</summary>
    public async Task<AlertRuleView?> GetAsync(Caller caller, Guid rule, CancellationToken cancellationToken = default)
    {
        await using var db = Open(caller);
        return await db.AlertRules.AsNoTracking().FirstOrDefaultAsync(r => r.Id == rule, cancellationToken) is { } row
            ? AlertRuleView.Of(row, await db.Secrets.AsNoTracking().Where(s => s.OwnerId == rule).ToListAsync(cancellationToken), _conditions) : null;
    }

    /// <summary>Alerts, newest first.</summary>
    public async Task<Page<AlertView>> HistoryAsync(Caller caller, PageRequest page, AlertFilter? filter = null, CancellationToken cancellationToken = default)
    {
        await using var db = Open(caller);
        var query = db.Alerts.AsNoTracking();
        if (filter?.Open is { } open) query = query.Where(a => (a.EndedAt == null) == open);
        if (filter?.Rule is { } rule) query = query.Where(a => a.RuleId == rule);
        if (Cursor.Parse(page.After) is { Id: var last }) query = query.Where(a => a.Id < last);
        var rows = await query.OrderByDescending(a => a.Id).Take(page.Size + 1).Join(db.AlertRules, a => a.RuleId, r => r.Id, (a, r) => new { Alert = a, r.Name, r.Condition })
            .OrderByDescending(x => x.Alert.Id).ToListAsync(cancellationToken);
        var more = Cut(rows, page.Size);
        return new([.. rows.Select(x => View(x.Alert, x.Name, x.Condition))], more ? new Cursor(0, rows[^1].Alert.Id).ToString() : null);
    }

    private AlertView View(Alert row, string name, string condition) => new(
        row.Id, new(row.RuleId, name), condition, row.Subject, row.Summary, row.StartedAt, row.EndedAt, row.NotifiedAt, row.EndNotifiedAt, row.Attempts, row.NextAt, row.Error,
        _links.Of(row.TenantId, condition, row.Subject));

    private GatewayDbContext Open(Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Read);
        return _databases.Create(caller.Tenant);
    }

    private static bool Cut<T>(List<T> rows, int size)
    {
        if (rows.Count <= size) return false;
        rows.RemoveAt(size);
        return true;
    }
}
