using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Telegram.Api;

namespace OpenClaw.FakePlatforms.Telegram.Rules;

/// <summary>What is wrong with a value.</summary>
/// <param name="Path">The field, and the way to it.</param>
internal sealed record TypeFault(string Path, string Text)
{
    /// <summary>Telegram's words where it has its own, else ours.</summary>
    public static string Words(List<TypeFault> faults) =>
        faults.Exists(f => f.Path.EndsWith(".callback_data", StringComparison.Ordinal))
            ? "BUTTON_DATA_INVALID"
            : string.Join("; ", faults.Select(f => $"{f.Path} {f.Text}"));
}

/// <summary>Checks values against the types of the description.</summary>
internal sealed class TypeRules(Dictionary<string, Described> types)
{
    private const string ArrayOf = "Array of ";

    /// <summary>A field as it was sent: forms carry text, in which objects and arrays are JSON.</summary>
    public void CheckSent(DescribedField described, Field field, List<TypeFault> faults)
    {
        if (field.File is not null)
        {
            if (!described.Types.Contains("InputFile", StringComparer.Ordinal)) faults.Add(new(described.Name, "can't be a file"));
            return;
        }

        if (field.Text is null) CheckField(described.Name, described, Unwrapped(described, field.Node), faults);
        else if (field.Text.Length > 0 || described.Required) CheckText(described, field.Text, faults);
    }

    /// <summary>Adds what is wrong to the list.</summary>
    public void Check(string path, JsonNode? value, string[] allowed, List<TypeFault> faults)
    {
        if (value is null)
        {
            faults.Add(new(path, "is null"));
            return;
        }

        if (Array.TrueForAll(allowed, IsArray))
        {
            CheckArray(path, value, [.. allowed.Select(a => a[ArrayOf.Length..])], faults);
            return;
        }

        List<TypeFault>? best = null;
        foreach (var type in allowed.SelectMany(Flat))
        {
            List<TypeFault> found = [];
            CheckOne(path, value, type, found);
            if (found.Count == 0) return;
            if (best is null || found.Count < best.Count) best = found;
        }

        faults.AddRange(best ?? []);
    }

    private static bool IsArray(string type) => type.StartsWith(ArrayOf, StringComparison.Ordinal);

    /// <summary>JSON bodies may also carry an object as the text of its JSON.</summary>
    private static JsonNode? Unwrapped(DescribedField described, JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() is JsonValueKind.String && !described.Types.Any(t => t is "String" or "InputFile")
        && (string)node! is ['{' or '[', ..] text ? Parsed(text) ?? node : node;

    private static JsonNode? Parsed(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void CheckText(DescribedField described, string text, List<TypeFault> faults)
    {
        if (described.Types.Any(t => t is "String" or "InputFile"))
        {
            if (described.Limits.FaultOf(text) is { } fault) faults.Add(new(described.Name, fault));
            return;
        }

        var isFlag = described.Types is ["Boolean"];
        var value = isFlag ? Flag(text) : Parsed(text);
        if (value is null) faults.Add(new(described.Name, $"is not of type {string.Join(" or ", described.Types)}"));
        else CheckField(described.Name, described, value, faults);
    }

    private static JsonValue? Flag(string text) => text.ToUpperInvariant() switch
    {
        "TRUE" or "1" => JsonValue.Create(true),
        "FALSE" or "0" => JsonValue.Create(false),
        _ => null,
    };

    private void CheckField(string path, DescribedField described, JsonNode? value, List<TypeFault> faults)
    {
        var before = faults.Count;
        Check(path, value, described.Types, faults);
        if (faults.Count > before || value is not JsonValue simple) return;
        var fault = simple.GetValueKind() switch
        {
            JsonValueKind.String => described.Limits.FaultOf((string)value!),
            JsonValueKind.Number when simple.TryGetValue<long>(out var number) => described.Limits.FaultOf(number),
            _ => null,
        };
        if (fault is not null) faults.Add(new(path, fault));
        if (described.Constant is { } constant && described.Types is ["String"] && (string?)value != constant) faults.Add(new(path, $"must be {constant}"));
    }

    private void CheckArray(string path, JsonNode value, string[] items, List<TypeFault> faults)
    {
        if (value is not JsonArray array)
        {
            faults.Add(new(path, "is not an array"));
            return;
        }

        foreach (var (at, item) in array.Index())
            Check(string.Create(CultureInfo.InvariantCulture, $"{path}[{at}]"), item, items, faults);
    }

    private IEnumerable<string> Flat(string type) =>
        types.TryGetValue(type, out var described) && described.Subtypes.Length > 0 ? described.Subtypes.SelectMany(Flat) : [type];

    private void CheckOne(string path, JsonNode value, string type, List<TypeFault> faults)
    {
        if (IsArray(type))
        {
            CheckArray(path, value, [type[ArrayOf.Length..]], faults);
            return;
        }

        var kind = value.GetValueKind();
        var fits = type switch
        {
            "String" or "InputFile" => kind is JsonValueKind.String,
            "Integer" => kind is JsonValueKind.Number && long.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
            "Float" => kind is JsonValueKind.Number,
            "Boolean" or "True" => kind is JsonValueKind.True or JsonValueKind.False,
            _ => kind is JsonValueKind.Object,
        };
        if (!fits) faults.Add(new(path, $"is not of type {type}"));
        else if (value is JsonObject whole && types.TryGetValue(type, out var described)) CheckObject(path, whole, described, faults);
    }

    private void CheckObject(string path, JsonObject whole, Described described, List<TypeFault> faults)
    {
        foreach (var (name, value) in whole)
        {
            if (described.Fields.TryGetValue(name, out var field)) CheckField($"{path}.{name}", field, value, faults);
            else faults.Add(new($"{path}.{name}", $"is not a field of {described.Name}"));
        }

        faults.AddRange(described.Fields.Values.Where(f => f.Required && !whole.ContainsKey(f.Name)).Select(f => new TypeFault($"{path}.{f.Name}", "is required")));
    }
}
