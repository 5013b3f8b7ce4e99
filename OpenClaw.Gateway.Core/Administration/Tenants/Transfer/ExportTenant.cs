using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Tenants.Transfer;

/// <summary>
/// A tenant's configuration as one document: settings, agents, channels, pools, routing rules, members' roles. What refers to something does so by
/// name. Secrets are left out and named.
/// </summary>
public sealed class ExportTenant(ISystemDbFactory system, ITenantDbFactory databases)
{
    /// <summary>The document, or null when there is no such tenant.</summary>
    public async Task<JsonObject?> RunAsync(Caller caller, Guid tenant, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Own);
        await using (var all = system.Create())
            if (tenant == Guid.Empty || !await all.Tenants.AnyAsync(t => t.Id == tenant, cancellationToken)) return null;
        await using var db = databases.Create(tenant);
        return Of(await TenantState.LoadAsync(db, cancellationToken));
    }

    internal static JsonObject Of(TenantState state) => new()
    {
        ["format"] = TransferJson.Format,
        ["version"] = TransferJson.Version,
        ["settings"] = Settings(state),
        ["agents"] = List(state.Agents.OrderBy(a => a.Name, StringComparer.Ordinal), a => Agent(a, state.Secrets[a.Id])),
        ["channels"] = List(state.Channels.OrderBy(c => c.Name, StringComparer.Ordinal), c => Channel(c, state)),
        ["pools"] = List(state.Pools.OrderBy(p => p.Name, StringComparer.Ordinal), p => PoolTransfer.Export(p, state)),
        ["routingRules"] = List(state.Rules, r => RuleTransfer.Export(r, state)),
        ["members"] = List(state.Members.OrderBy(m => m.Email, StringComparer.Ordinal), m => new() { ["email"] = m.Email, ["role"] = m.Place.Role.ToString().ToLowerInvariant() }),
    };

    internal static JsonObject Settings(TenantState state)
    {
        var settings = new JsonObject { ["defaultAgent"] = state.AgentName(state.Settings?.DefaultAgent) };
        foreach (var (name, value) in TransferJson.Sorted(state.Settings?.Values ?? "{}")) settings[name] = value?.DeepClone();
        return settings;
    }

    internal static JsonObject Agent(Agent row, IEnumerable<Secret> secrets) => new()
    {
        ["name"] = row.Name,
        ["kind"] = row.Kind,
        ["enabled"] = row.Enabled,
        ["settings"] = TransferJson.Sorted(row.Settings),
        ["secrets"] = Secrets(secrets),
        ["intents"] = JsonNode.Parse(row.Intents),
        ["maxConcurrency"] = row.MaxConcurrency,
        ["weight"] = row.Weight,
    };

    internal static JsonObject Channel(Channel row, TenantState state) => new()
    {
        ["name"] = row.Name,
        ["kind"] = row.Kind,
        ["enabled"] = row.Enabled,
        ["agent"] = state.AgentName(row.AgentId),
        ["settings"] = TransferJson.Sorted(row.Settings),
        ["secrets"] = Secrets(state.Secrets[row.Id]),
    };

    private static JsonObject Secrets(IEnumerable<Secret> rows) =>
        new(rows.OrderBy(s => s.Name, StringComparer.Ordinal).Select(s => KeyValuePair.Create<string, JsonNode?>(s.Name, new JsonObject { ["set"] = true })));

    private static JsonArray List<T>(IEnumerable<T> items, Func<T, JsonObject> toJson) => new([.. items.Select(i => (JsonNode)toJson(i))]);
}
