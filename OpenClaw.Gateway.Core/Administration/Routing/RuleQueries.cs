using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Gateway.Core.Administration.Routing;

/// <summary>Reads live rules and published versions.</summary>
public sealed class RuleQueries(ITenantDbFactory databases)
{
    /// <summary>Live rules in order.</summary>
    public async Task<Page<RuleView>> ListAsync(Guid tenant, PageRequest page, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        var query = db.RoutingRules.AsNoTracking().Where(r => r.ToVersion == RoutingRule.Live);
        if (Cursor.Parse(page.After) is { Place: var last }) query = query.Where(r => r.Ordinal > last);
        var rows = await query.OrderBy(r => r.Ordinal).Take(page.Size + 1).ToListAsync(cancellationToken);
        var more = rows.Count > page.Size;
        if (more) rows.RemoveAt(page.Size);
        return new([.. rows.Select(RuleView.Of)], more ? new Cursor(rows[^1].Ordinal, rows[^1].Id).ToString() : null);
    }

    /// <summary>One live rule, or null when the tenant has none of that id.</summary>
    public async Task<RuleView?> GetAsync(Guid tenant, Guid rule, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        var row = await db.RoutingRules.AsNoTracking().FirstOrDefaultAsync(r => r.Id == rule && r.ToVersion == RoutingRule.Live, cancellationToken);
        return row is null ? null : RuleView.Of(row);
    }

    /// <summary>Published versions, newest first.</summary>
    public async Task<Page<VersionView>> VersionsAsync(Guid tenant, PageRequest page, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        var query = db.RoutingVersions.AsNoTracking();
        if (Cursor.Parse(page.After) is { Place: var last }) query = query.Where(v => v.Number < last);
        var rows = await query.OrderByDescending(v => v.Number).Take(page.Size + 1).ToListAsync(cancellationToken);
        var more = rows.Count > page.Size;
        if (more) rows.RemoveAt(page.Size);
        return new([.. rows.Select(VersionView.Of)], more ? new Cursor(rows[^1].Number, Guid.Empty).ToString() : null);
    }

    /// <summary>One version with its rules, or null when the tenant has none of that number.</summary>
    public async Task<VersionDetail?> VersionAsync(Guid tenant, int version, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        if (await db.RoutingVersions.AsNoTracking().FirstOrDefaultAsync(v => v.Number == version, cancellationToken) is not { } row) return null;
        var rules = await db.RoutingRules.AsNoTracking().Where(r => r.ToVersion > version && r.FromVersion <= version).OrderBy(r => r.Ordinal).ToListAsync(cancellationToken);
        return new(row.Number, row.PublishedAt, row.PublishedBy, row.Note, row.RolledBackTo, [.. rules.Select(RuleView.Of)]);
    }

    /// <summary>What differs between two versions; version 0 is that of no rules. Null when one of them is not there.</summary>
    public async Task<VersionDiff?> DiffAsync(Guid tenant, int from, int to, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        var wanted = new[] { from, to }.Where(v => v != 0).Distinct().ToList();
        if (await db.RoutingVersions.CountAsync(v => wanted.Contains(v.Number), cancellationToken) < wanted.Count) return null;
        var before = await RuleRows.AllAsync(db, tenant, from, cancellationToken);
        return new(from, to, RuleDiff.Between(before, await RuleRows.AllAsync(db, tenant, to, cancellationToken)));
    }
}
