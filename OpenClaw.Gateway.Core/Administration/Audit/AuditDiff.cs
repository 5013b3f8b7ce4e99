using System.Text.Json.Nodes;

namespace OpenClaw.Gateway.Core.Administration.Audit;

/// <summary>Leaves of two objects what differs between them, so that an entry holds what was done and no more.</summary>
internal static class AuditDiff
{
    /// <summary>They change with every save and say nothing.</summary>
    private static readonly string[] Noise = ["updatedAt", "version"];

    public static (JsonObject? Before, JsonObject? After) Of(JsonObject? before, JsonObject? after)
    {
        if (before is null) return (null, after is null ? null : Without(after));
        if (after is null) return (Without(before), null);
        return Differing(before, after, Noise);
    }

    private static (JsonObject Before, JsonObject After) Differing(JsonObject before, JsonObject after, string[] ignored)
    {
        var (was, has) = (new JsonObject(), new JsonObject());
        foreach (var name in before.Select(f => f.Key).Union(after.Select(f => f.Key)).Except(ignored))
        {
            var (old, now) = (before[name], after[name]);
            if (JsonNode.DeepEquals(old, now)) continue;
            if (old is JsonObject from && now is JsonObject to)
            {
                (was[name], has[name]) = Differing(from, to, []);
            }
            else
            {
                if (before.ContainsKey(name)) was[name] = old?.DeepClone();
                if (after.ContainsKey(name)) has[name] = now?.DeepClone();
            }
        }

        return (was, has);
    }

    private static JsonObject Without(JsonObject whole)
    {
        var copy = (JsonObject)whole.DeepClone();
        foreach (var name in Noise) copy.Remove(name);
        return copy;
    }
}
