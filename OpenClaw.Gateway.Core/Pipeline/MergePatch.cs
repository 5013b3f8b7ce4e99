using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenClaw.Gateway.Core.Pipeline;

/// <summary>RFC 7396 on JSON objects kept as UTF-8.</summary>
internal static class MergePatch
{
    /// <param name="target">The object; null = empty.</param>
    /// <param name="patch">An object; null members remove.</param>
    public static byte[] Apply(byte[]? target, JsonElement patch)
    {
        var result = target is null ? new JsonObject() : JsonNode.Parse(target) as JsonObject ?? [];
        Merge(result, patch);
        return Encoding.UTF8.GetBytes(result.ToJsonString());
    }

    private static void Merge(JsonObject target, JsonElement patch)
    {
        foreach (var member in patch.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null)
            {
                target.Remove(member.Name);
            }
            else if (member.Value.ValueKind == JsonValueKind.Object)
            {
                if (target[member.Name] is not JsonObject inner) target[member.Name] = inner = [];
                Merge(inner, member.Value);
            }
            else
            {
                target[member.Name] = JsonNode.Parse(member.Value.GetRawText());
            }
        }
    }
}
