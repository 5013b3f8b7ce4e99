using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenClaw.Gateway.Core.Administration.Input;

/// <summary>RFC 7396: objects are merged, null removes, everything else replaces.</summary>
internal static class MergePatch
{
    /// <summary>Changes <paramref name="target"/> in place.</summary>
    public static void Apply(JsonObject target, JsonElement patch)
    {
        foreach (var change in patch.EnumerateObject())
        {
            if (change.Value.ValueKind == JsonValueKind.Null) target.Remove(change.Name);
            else if (change.Value.ValueKind != JsonValueKind.Object) target[change.Name] = JsonNode.Parse(change.Value.GetRawText());
            else Apply(Inner(target, change.Name), change.Value);
        }
    }

    private static JsonObject Inner(JsonObject target, string name)
    {
        if (target[name] is JsonObject inner) return inner;
        inner = [];
        target[name] = inner;
        return inner;
    }
}
