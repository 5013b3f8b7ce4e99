using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenClaw.Gateway.Core.Administration.Input;

/// <summary>
/// A resource's body while it is created or patched: the present state with the input merged over it, read field by field with
/// every fault noted. Secrets are kept apart: they are never part of a state.
/// </summary>
internal sealed class Document
{
    /// <summary>In answers, so that an answer may be sent back; not to be changed.</summary>
    private static readonly string[] ReadOnlyFields = ["id", "createdAt", "updatedAt", "prefix", "lastUsedAt", "createdBy", "previousUntil"];

    private readonly JsonObject _merged;
    private readonly JsonElement _element;

    private Document(JsonObject merged, FieldErrors errors)
    {
        _merged = merged;
        _element = JsonSerializer.SerializeToElement(merged);
        Errors = errors;
    }

    public FieldErrors Errors { get; }

    /// <summary>Merges <paramref name="input"/> over <paramref name="present"/>; notes fields that are not in <paramref name="fields"/>.</summary>
    public static Document Merge(JsonObject present, JsonElement input, params string[] fields)
    {
        var errors = new FieldErrors();
        if (input.ValueKind != JsonValueKind.Object)
        {
            errors.Add("", "The body must be a JSON object.");
            return new(present, errors);
        }
        foreach (var field in input.EnumerateObject())
        {
            if (!fields.Contains(field.Name) && !ReadOnlyFields.Contains(field.Name)) errors.Add(field.Name, $"There is no such field. There are: {string.Join(", ", fields)}.");
        }
        MergePatch.Apply(present, input);
        return new(present, errors);
    }

    /// <summary>A name of 1 to 80 visible characters.</summary>
    public string Name()
    {
        if (Text("name") is not { } name) return "";
        name = name.Trim();
        if (NameRule.FaultOf(name) is { } fault) Errors.Add("name", fault);
        return name;
    }

    /// <summary>True where the field is absent or null.</summary>
    public bool IsAbsent(string field) => !Has(field, out _);

    public string? Text(string field)
    {
        if (!Has(field, out var value))
        {
            Errors.Add(field, "A value is needed.");
            return null;
        }
        if (value.ValueKind == JsonValueKind.String) return value.GetString();
        Errors.Add(field, "Must be a text.");
        return null;
    }

    public bool Flag(string field, bool absent)
    {
        if (!Has(field, out var value)) return absent;
        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) Errors.Add(field, "Must be true or false.");
        return value.ValueKind == JsonValueKind.True;
    }

    public int Number(string field, int absent, int min, int max)
    {
        if (!Has(field, out var value)) return absent;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= min && number <= max) return number;
        Errors.Add(field, $"Must be a whole number from {min} to {max}.");
        return absent;
    }

    /// <summary>A number from 0 to 1; null where the field is absent or null.</summary>
    public double? Share(string field)
    {
        if (!Has(field, out var value)) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var share) && share is >= 0 and <= 1) return share;
        Errors.Add(field, "Must be a number from 0 to 1, or null.");
        return null;
    }

    public Guid? Id(string field)
    {
        if (!Has(field, out var value)) return null;
        if (value.ValueKind == JsonValueKind.String && value.TryGetGuid(out var id)) return id;
        Errors.Add(field, "Must be an id (a GUID) or null.");
        return null;
    }

    public DateTimeOffset? Time(string field)
    {
        if (!Has(field, out var value)) return null;
        if (value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var time)) return time.ToUniversalTime();
        Errors.Add(field, "Must be a time (RFC 3339) or null.");
        return null;
    }

    public IReadOnlyList<string> Texts(string field, int maxItems, int maxLength)
    {
        if (!Has(field, out var value)) return [];
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= maxItems
            && value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String && v.GetString()!.Length is > 0 && v.GetString()!.Length <= maxLength))
            return [.. value.EnumerateArray().Select(v => v.GetString()!).Distinct()];
        Errors.Add(field, $"Must be a list of at most {maxItems} texts of 1 to {maxLength} characters.");
        return [];
    }

    /// <summary>An object; what is absent is an empty one.</summary>
    public JsonElement Object(string field)
    {
        if (Has(field, out var value) && value.ValueKind == JsonValueKind.Object) return value;
        if (value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null)) Errors.Add(field, "Must be an object.");
        return JsonElement.Parse("{}");
    }

    /// <summary>The field's value as it is to be saved.</summary>
    public string Saved(string field) => _merged[field]?.ToJsonString() ?? "{}";

    private bool Has(string field, out JsonElement value) => _element.TryGetProperty(field, out value) && value.ValueKind != JsonValueKind.Null;
}
