using System.Text.Json;
using System.Text.Json.Nodes;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Tenants.Transfer;

/// <summary>Routing rules with names where they have ids.</summary>
internal static class RuleTransfer
{
    public static JsonObject Export(RoutingRule row, TenantState state)
    {
        var match = TransferJson.Sorted(row.Match);
        if (match["channels"] is JsonArray channels) match["channels"] = new JsonArray([.. channels.Select(c => (JsonNode?)Name(c, id => state.Channels.Find(s => s.Id == id)?.Name))]);
        var target = TransferJson.Sorted(row.Target);
        if (target["agent"] is { } agent) target["agent"] = Name(agent, id => state.AgentName(id));
        if (target["pool"] is { } pool) target["pool"] = Name(pool, id => state.Pools.Find(p => p.Id == id)?.Name);
        if (target["fallback"] is JsonArray fallback) target["fallback"] = new JsonArray([.. fallback.Select(f => (JsonNode?)Name(f, id => state.AgentName(id)))]);
        return new()
        {
            ["name"] = row.Name, ["enabled"] = row.Enabled, ["onlyWhenUnassigned"] = row.OnlyWhenUnassigned, ["match"] = match, ["target"] = target,
        };
    }

    /// <summary>What is gone keeps its id: the import says so.</summary>
    internal static string? Name(JsonNode? id, Func<Guid, string?> find)
    {
        var text = id?.GetValueKind() == JsonValueKind.String ? id.GetValue<string>() : null;
        return Guid.TryParse(text, out var known) ? find(known) ?? text : text;
    }
}
