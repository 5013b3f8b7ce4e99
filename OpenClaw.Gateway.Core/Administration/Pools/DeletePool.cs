using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.Pools;

/// <summary>Removes a pool, unless a rule leads to it.</summary>
public sealed class DeletePool(ITenantDbFactory databases, ICatalog catalog, TimeProvider time)
{
    private const int MostNamed = 3;

    /// <summary>Done, not found, in use (a published rule's target), or (with <paramref name="version"/>) stale.</summary>
    public async Task<AdminResult<Guid>> RunAsync(Caller caller, Guid pool, int? version = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        using var turn = await ConfigurationTurns.EnterAsync(caller.Tenant, cancellationToken);
        await using var db = databases.Create(caller.Tenant);
        if (await db.Pools.FirstOrDefaultAsync(p => p.Id == pool, cancellationToken) is not { } row) return AdminResult.NotFound<Guid>();
        if (version is { } expected && expected != row.Version) return AdminResult.Stale<Guid>();
        if (RulesOf(catalog, caller.Tenant, pool) is { Count: > 0 } rules)
            return AdminResult.InUse<Guid>($"The pool '{row.Name}' is the target of the routing rule{(rules.Count == 1 ? "" : "s")} {string.Join(", ", rules.Take(MostNamed).Select(r => $"'{r.Name}'"))}{(rules.Count > MostNamed ? $" and {rules.Count - MostNamed} more" : "")}. Let the messages go elsewhere there first.");
        AuditTrail.Note(db, caller, time.GetUtcNow(), "pool.deleted", new(row.Id, row.Name), before: PoolView.Of(row));
        db.Pools.Remove(row);
        if (await Saving.TryAsync<Guid>(db, cancellationToken) is { } failure) return failure;
        await catalog.ReloadAsync(CancellationToken.None);
        return AdminResult.Done(pool);
    }

    /// <summary>The published rules that lead to a pool.</summary>
    public static IReadOnlyList<RuleModel> RulesOf(ICatalog catalog, Guid tenant, Guid pool)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return [.. catalog.FindRules(tenant).Rules.Where(r => r.Target.Pool == pool)];
    }
}
