using System.Text.Json;
using System.Text.Json.Nodes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Administration.Pools;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Tenants.Transfer;

/// <summary>Pools with names where they have ids.</summary>
internal static class PoolTransfer
{
    public static JsonObject Export(Pool row, TenantState state) => new()
    {
        ["name"] = row.Name,
        ["strategy"] = row.Strategy,
        ["members"] = new JsonArray([.. PoolView.MembersOf(row).Select(m => (JsonNode)new JsonObject { ["agent"] = state.AgentName(m.Agent) ?? m.Agent.ToString(), ["weight"] = m.Weight })]),
        ["affinityMinutes"] = row.AffinityMinutes,
    };

    public static FilePool Read(int index, JsonElement element, FieldErrors errors)
    {
        var document = Document.Merge([], element, "name", "strategy", "members", "affinityMinutes");
        var strategy = document.IsAbsent("strategy") ? "least-loaded" : document.Text("strategy") ?? "";
        if (!document.Errors.Within("strategy") && !PoolModel.Strategies.ContainsKey(strategy)) document.Errors.Add("strategy", $"Must be one of {string.Join(", ", PoolModel.Strategies.Keys)}.");
        FilePool pool = new(index, document.Name(), strategy, Members(document), PoolInput.Minutes(document));
        errors.AddAll("", document.Errors);
        return pool;
    }

    private static List<(string Agent, int? Weight)> Members(Document document)
    {
        var json = JsonElement.Parse(document.Saved("members"));
        List<(string Agent, int? Weight)> members = [];
        if (json.ValueKind == JsonValueKind.Array && json.GetArrayLength() is > 0 and <= PoolInput.MostMembers)
        {
            foreach (var item in json.EnumerateArray())
            {
                if (Member(item) is { } member && !members.Exists(m => string.Equals(m.Agent, member.Agent, StringComparison.OrdinalIgnoreCase))) members.Add(member);
                else document.Errors.Add("members", "Each must be {\"agent\":name,\"weight\":n or null}, an agent only once.");
            }
        }
        else
        {
            document.Errors.Add("members", $"Must be a list of 1 to {PoolInput.MostMembers} agents.");
        }

        return members;
    }

    private static (string Agent, int? Weight)? Member(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("agent", out var agent) || agent.ValueKind != JsonValueKind.String) return null;
        if (!json.TryGetProperty("weight", out var weight) || weight.ValueKind == JsonValueKind.Null) return (agent.GetString()!, null);
        return weight.ValueKind == JsonValueKind.Number && weight.TryGetInt32(out var number) && number is >= 0 and <= PoolInput.MostWeight ? (agent.GetString()!, number) : null;
    }
}
