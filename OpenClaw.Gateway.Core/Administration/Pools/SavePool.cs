using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Pools;

/// <summary>Makes and changes pools. The input is the contract's JSON; the next message goes by what is saved.</summary>
public sealed class SavePool(ITenantDbFactory databases, ICatalog catalog, TimeProvider time)
{
    /// <summary>More than that a tenant does not have.</summary>
    public const int Most = 200;

    private static readonly string[] Fields = ["name", "strategy", "members", "affinityMinutes"];

    /// <summary>Makes one.</summary>
    public async Task<AdminResult<PoolView>> CreateAsync(Caller caller, JsonElement input, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        using var turn = await ConfigurationTurns.EnterAsync(caller.Tenant, cancellationToken);
        await using var db = databases.Create(caller.Tenant);
        if (await db.Pools.CountAsync(cancellationToken) >= Most) return AdminResult.InUse<PoolView>($"There are {Most} pools, as many as a tenant may have. Delete one that is not needed.");
        var now = time.GetUtcNow();
        var row = new Pool { Id = RowId.New(now), Name = "", Strategy = "", CreatedAt = now };
        db.Pools.Add(row);
        return await SaveAsync(caller, db, row, [], input, cancellationToken);
    }

    /// <summary>Changes one by an RFC 7396 merge patch; a list of members replaces the former. With <paramref name="version"/>: only when that is still the present one.</summary>
    public async Task<AdminResult<PoolView>> PatchAsync(Caller caller, Guid pool, JsonElement patch, int? version = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        using var turn = await ConfigurationTurns.EnterAsync(caller.Tenant, cancellationToken);
        return await Saving.MergingAsync(version, () => PatchOnceAsync(caller, pool, patch, version, cancellationToken));
    }

    private async Task<AdminResult<PoolView>> PatchOnceAsync(Caller caller, Guid pool, JsonElement patch, int? version, CancellationToken cancellationToken)
    {
        await using var db = databases.Create(caller.Tenant);
        if (await db.Pools.FirstOrDefaultAsync(p => p.Id == pool, cancellationToken) is not { } row) return AdminResult.NotFound<PoolView>();
        if (version is { } expected && expected != row.Version) return AdminResult.Stale<PoolView>();
        var present = new JsonObject { ["name"] = row.Name, ["strategy"] = row.Strategy, ["members"] = JsonNode.Parse(row.Members), ["affinityMinutes"] = row.AffinityMinutes };
        return await SaveAsync(caller, db, row, present, patch, cancellationToken);
    }

    private async Task<AdminResult<PoolView>> SaveAsync(Caller caller, GatewayDbContext db, Pool row, JsonObject present, JsonElement input, CancellationToken cancellationToken)
    {
        var before = row.Version == 0 ? null : PoolView.Of(row);
        var document = Document.Merge(present, input, Fields);
        row.Name = document.Name();
        row.Strategy = document.IsAbsent("strategy") ? "least-loaded" : document.Text("strategy") ?? "";
        if (!document.Errors.Within("strategy") && !PoolModel.Strategies.ContainsKey(row.Strategy)) document.Errors.Add("strategy", $"Must be one of {string.Join(", ", PoolModel.Strategies.Keys)}.");
        var members = PoolInput.Members(document);
        foreach (var member in members.Where(m => catalog.FindAgent(m.Agent)?.Tenant.Id != caller.Tenant)) document.Errors.Add("members", $"There is no agent {member.Agent}.");
        row.Members = JsonSerializer.Serialize(members, JsonSerializerOptions.Web);
        row.AffinityMinutes = PoolInput.Minutes(document);
        await Saving.CheckNameAsync(db.Pools.Where(p => p.Id != row.Id).Select(p => p.Name), row.Name, "pool", document.Errors, cancellationToken);
        if (row.Name != before?.Name && NameRule.FaultOf(row.Name) is null) await Saving.CheckCallNameAsync(db.Agents.Select(a => a.Name), row.Name, "agent", document.Errors, cancellationToken);
        if (document.Errors.Any) return AdminResult.Invalid<PoolView>(document.Errors);
        var now = time.GetUtcNow();
        (row.Version, row.UpdatedAt) = (row.Version + 1, now);
        var view = PoolView.Of(row);
        AuditTrail.Note(db, caller, now, before is null ? "pool.created" : "pool.changed", new(row.Id, row.Name), before, view);
        if (await Saving.TryAsync<PoolView>(db, cancellationToken) is { } failure) return failure;
        await catalog.ReloadAsync(CancellationToken.None);
        return AdminResult.Done(view);
    }
}
