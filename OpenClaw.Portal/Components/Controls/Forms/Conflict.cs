using System.Text.Json.Nodes;
using OpenClaw.Portal.Components.Controls.Data;

namespace OpenClaw.Portal.Components.Controls.Forms;

/// <summary>A field that two people changed.</summary>
public sealed record ConflictField(string Path, JsonNode? Theirs, JsonNode? Mine);

/// <summary>What two people made of the same object: which fields only one changed, and which both.</summary>
public static class Conflict
{
    /// <summary>Fields that both changed, differently: somebody must choose.</summary>
    public static IReadOnlyList<ConflictField> Between(JsonObject original, JsonObject mine, JsonObject theirs)
    {
        var changedByThem = JsonDiff.Between(original, theirs).Select(c => c.Path).ToHashSet(StringComparer.Ordinal);
        return [.. JsonDiff.Between(theirs, mine).Where(c => Touches(changedByThem, c.Path) && Touches(JsonDiff.Between(original, mine).Select(m => m.Path), c.Path)).Select(c => new ConflictField(c.Path, c.Before, c.After))];
    }

    /// <summary>Fields that only they changed; the merged object has them.</summary>
    public static IReadOnlyList<FieldChange> OnlyTheirs(JsonObject original, JsonObject mine, JsonObject theirs)
    {
        var both = Between(original, mine, theirs).Select(c => c.Path).ToArray();
        return [.. JsonDiff.Between(original, theirs).Where(c => !Touches(both, c.Path) && !JsonNode.DeepEquals(JsonDiff.At(mine, c.Path), c.After))];
    }

    /// <summary>Theirs, with all that only I changed, and of the rest what <paramref name="keepMine"/> names.</summary>
    public static JsonObject Merge(JsonObject original, JsonObject mine, JsonObject theirs, IReadOnlySet<string> keepMine)
    {
        var merged = theirs.DeepClone().AsObject();
        var both = Between(original, mine, theirs).Select(c => c.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var change in JsonDiff.Between(original, mine).Where(c => !Touches(both, c.Path))) JsonDiff.Put(merged, change.Path, change.After);
        foreach (var path in both.Where(keepMine.Contains)) JsonDiff.Put(merged, path, JsonDiff.At(mine, path));
        return merged;
    }

    private static bool Touches(IEnumerable<string> paths, string path) =>
        paths.Any(p => p == path || p.StartsWith(path + ".", StringComparison.Ordinal) || path.StartsWith(p + ".", StringComparison.Ordinal));
}
