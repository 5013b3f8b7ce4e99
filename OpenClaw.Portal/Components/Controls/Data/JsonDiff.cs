using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenClaw.Portal.Components.Controls.Data;

/// <summary>How a field differs.</summary>
public enum FieldChangeKind
{
    /// <summary>Only the later has it.</summary>
    Added,

    /// <summary>Only the earlier has it.</summary>
    Removed,

    /// <summary>Both have it, with other values.</summary>
    Changed,
}

/// <summary>A field that differs between two objects.</summary>
public sealed record FieldChange(string Path, FieldChangeKind Kind, JsonNode? Before, JsonNode? After);

/// <summary>Compares JSON objects field by field. Objects are gone into; lists are compared whole; null and absent are the same.</summary>
public static class JsonDiff
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The fields that differ, in the order of the earlier object, then of the later.</summary>
    public static IReadOnlyList<FieldChange> Between(JsonObject? before, JsonObject? after)
    {
        var changes = new List<FieldChange>();
        Compare(before ?? [], after ?? [], "", changes);
        return changes;
    }

    /// <summary>The value at that path (<c>settings.url</c>), or null.</summary>
    public static JsonNode? At(JsonObject from, string path)
    {
        JsonNode? node = from;
        foreach (var part in path.Split('.')) node = node is JsonObject inner && inner.TryGetPropertyValue(part, out var next) ? next : null;
        return node;
    }

    /// <summary>Puts a value at that path; null removes it.</summary>
    public static void Put(JsonObject into, string path, JsonNode? value)
    {
        var parts = path.Split('.');
        var node = into;
        foreach (var part in parts[..^1])
        {
            if (node[part] is not JsonObject inner) node[part] = inner = [];
            node = inner;
        }

        if (value is null) node.Remove(parts[^1]);
        else node[parts[^1]] = value.DeepClone();
    }

    /// <summary>A value as a person reads it: a text bare, a list of texts by commas, else JSON.</summary>
    public static string Text(JsonNode? value) => value switch
    {
        null => "",
        JsonValue single => single.GetValueKind() switch { JsonValueKind.True => "yes", JsonValueKind.False => "no", _ => single.ToString() },
        JsonArray items when items.All(i => i is JsonValue) => string.Join(", ", items.Select(Text)),
        _ => value.ToJsonString(Plain),
    };

    private static void Compare(JsonObject before, JsonObject after, string path, List<FieldChange> changes)
    {
        foreach (var name in before.Select(p => p.Key).Union(after.Select(p => p.Key), StringComparer.Ordinal))
        {
            before.TryGetPropertyValue(name, out var earlier);
            after.TryGetPropertyValue(name, out var later);
            var full = path.Length == 0 ? name : $"{path}.{name}";
            if (IsObjectOrNone(earlier) && IsObjectOrNone(later)) Compare(earlier as JsonObject ?? [], later as JsonObject ?? [], full, changes);
            else if (!JsonNode.DeepEquals(earlier, later)) changes.Add(new(full, earlier is null ? FieldChangeKind.Added : later is null ? FieldChangeKind.Removed : FieldChangeKind.Changed, earlier, later));
        }
    }

    private static bool IsObjectOrNone(JsonNode? node) => node is null or JsonObject;
}
