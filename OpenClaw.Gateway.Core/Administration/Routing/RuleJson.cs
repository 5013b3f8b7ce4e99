using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Administration.Routing;

/// <summary>Rules as the contract writes them: what matches everything is left out.</summary>
public static class RuleJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The body of a rule: name, enabled, onlyWhenUnassigned, match, target.</summary>
    public static JsonObject Of(RuleModel rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return new()
        {
            ["name"] = rule.Name, ["enabled"] = rule.Enabled, ["onlyWhenUnassigned"] = rule.OnlyWhenUnassigned, ["match"] = Of(rule.Match), ["target"] = Of(rule.Target),
        };
    }

    /// <summary>The fields of a match that are set.</summary>
    public static JsonObject Of(RuleMatch match) => (JsonObject)JsonSerializer.SerializeToNode(match, Options)!;

    /// <summary>The field of a target that is set, an agent's with its fallback.</summary>
    public static JsonObject Of(RuleTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (target.Agent is { } agent)
        {
            var json = new JsonObject { ["agent"] = agent.ToString() };
            if (target.Fallback is { Count: > 0 } fallback) json["fallback"] = new JsonArray([.. fallback.Select(f => (JsonNode)f.ToString())]);
            return json;
        }

        if (target.Pool is { } pool) return new() { ["pool"] = pool.ToString() };
        return target.Capable ? new() { ["capable"] = true } : new() { ["drop"] = true };
    }

    /// <summary>True when both do the same to the same messages under the same name; the place does not count.</summary>
    public static bool Same(RuleModel? a, RuleModel? b)
    {
        if (a is null || b is null) return a is null && b is null;
        if (a.Name != b.Name || a.Enabled != b.Enabled || a.OnlyWhenUnassigned != b.OnlyWhenUnassigned || a.Target != b.Target) return false;
        return ReferenceEquals(a.Match, b.Match) || Text(Of(a.Match)) == Text(Of(b.Match));
    }

    internal static string Text(JsonObject json) => json.ToJsonString(Options);
}
