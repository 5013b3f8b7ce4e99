using System.Text.Json;
using System.Text.Json.Nodes;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Services;

/// <summary>
/// A saved object that somebody is changing: what it was when they began, what they made of it, and what somebody else saved meanwhile.
/// Only what differs is sent, so that a default stays a default.
/// </summary>
public sealed class FormDraft(JsonObject saved, int version)
{
    /// <summary>As it was when the form was filled.</summary>
    public JsonObject Base { get; private set; } = saved;

    /// <summary>As it stands in the form.</summary>
    public JsonObject Mine { get; private set; } = (JsonObject)saved.DeepClone();

    /// <summary>The version that <see cref="Base"/> had.</summary>
    public int Version { get; private set; } = version;

    /// <summary>What somebody else saved; null while nobody did.</summary>
    public JsonObject? Theirs { get; private set; }

    /// <summary>Its own version.</summary>
    public int TheirVersion { get; private set; }

    /// <summary>The settings in the form.</summary>
    public JsonObject Settings => Mine["settings"] as JsonObject ?? (JsonObject)(Mine["settings"] = new JsonObject());

    /// <summary>The text of a field.</summary>
    public string? Text(string name) => Mine[name]?.GetValueKind() == JsonValueKind.String ? Mine[name]!.GetValue<string>() : null;

    /// <summary>Writes a field; null removes the value.</summary>
    public void Set(string name, JsonNode? value) => Mine[name] = value;

    /// <summary>The merge patch from the one to the other, with the secrets that shall change.</summary>
    public JsonElement Patch(IReadOnlyDictionary<string, SecretEdit>? secrets = null)
    {
        var patch = Between(Base, Mine);
        var changed = (secrets ?? new Dictionary<string, SecretEdit>()).Where(s => !s.Value.IsKept).ToList();
        if (changed.Count > 0) patch["secrets"] = new JsonObject(changed.Select(s => KeyValuePair.Create(s.Key, (JsonNode?)s.Value.Text)));
        return JsonSerializer.SerializeToElement(patch);
    }

    /// <summary>Somebody saved first.</summary>
    public void Meet(JsonObject theirs, int version) => (Theirs, TheirVersion) = (theirs, version);

    /// <summary>The person chose; from now on it is their change of what the other one saved.</summary>
    public void Resolve(JsonObject merged)
    {
        if (Theirs is null) return;
        (Base, Mine, Version, Theirs) = (Theirs, merged, TheirVersion, null);
    }

    /// <summary>Begins anew from what is saved.</summary>
    public void Restart(JsonObject saved, int version) => (Base, Mine, Version, Theirs) = (saved, (JsonObject)saved.DeepClone(), version, null);

    /// <summary>Puts the saved values back.</summary>
    public void Reset() => Mine = (JsonObject)Base.DeepClone();

    private static JsonObject Between(JsonObject before, JsonObject after)
    {
        var patch = new JsonObject();
        foreach (var name in before.Select(p => p.Key).Union(after.Select(p => p.Key), StringComparer.Ordinal))
        {
            var (was, now) = (before[name], after[name]);
            if (JsonNode.DeepEquals(was, now)) continue;
            var change = was is JsonObject inner && now is JsonObject other ? Between(inner, other) : now is JsonObject made ? Between([], made) : now?.DeepClone();
            // a group of settings that nobody filled in is none
            if (change is not JsonObject { Count: 0 }) patch[name] = change;
        }

        return patch;
    }
}
