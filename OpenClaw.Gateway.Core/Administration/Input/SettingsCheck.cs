using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Administration.Input;

/// <summary>Checks settings by their specs and fills in what is not saved.</summary>
internal static class SettingsCheck
{
    /// <summary>Adds what is wrong to <paramref name="errors"/>; with <paramref name="closed"/> also names that no spec has.</summary>
    public static void Check(JsonElement settings, IReadOnlyList<SettingSpec> specs, string path, bool closed, FieldErrors errors)
    {
        foreach (var setting in settings.EnumerateObject())
        {
            var spec = specs.FirstOrDefault(s => s.Name == setting.Name);
            if (spec is not null && Applies(spec, specs, settings)) CheckOne(setting.Value, spec, $"{path}.{spec.Name}", errors);
            else if (spec is null && closed) errors.Add($"{path}.{setting.Name}", $"There is no such setting. There are: {string.Join(", ", specs.Select(s => s.Name))}.");
        }
        foreach (var missing in specs.Where(s => s.Required && !settings.TryGetProperty(s.Name, out _) && Applies(s, specs, settings))) errors.Add($"{path}.{missing.Name}", "A value is needed.");
    }

    /// <summary>The saved settings with defaults where nothing is saved, in the order of the specs; others follow.</summary>
    public static JsonObject Fill(JsonObject saved, IReadOnlyList<SettingSpec> specs)
    {
        var filled = new JsonObject();
        foreach (var spec in specs)
        {
            if (saved.TryGetPropertyValue(spec.Name, out var value)) filled[spec.Name] = value is JsonObject inner && spec.Fields.Count > 0 ? Fill(inner, spec.Fields) : value?.DeepClone();
            else if (spec.Fields.Count > 0) filled[spec.Name] = Fill([], spec.Fields);
            else if (spec.Default is { } preset) filled[spec.Name] = JsonNode.Parse(preset);
        }
        foreach (var other in saved.Where(s => !filled.ContainsKey(s.Key))) filled[other.Key] = other.Value?.DeepClone();
        return filled;
    }

    /// <summary>The setting means something beside these values: see <see cref="SettingSpec.OnlyWhen"/>.</summary>
    public static bool Applies(SettingSpec spec, IReadOnlyList<SettingSpec> specs, JsonElement settings)
    {
        if (spec.OnlyWhen is not { } condition) return true;
        var other = specs.FirstOrDefault(s => s.Name == condition.Name);
        if (other is not null && !Applies(other, [.. specs.Where(s => s != spec)], settings)) return false;
        if (settings.TryGetProperty(condition.Name, out var value) && value.ValueKind != JsonValueKind.Null) return value.ToString() == condition.Value;
        return other?.Default is { } preset && JsonElement.Parse(preset).ToString() == condition.Value;
    }

    private static void CheckOne(JsonElement value, SettingSpec spec, string path, FieldErrors errors)
    {
        if (spec.Type == SettingType.Structure && value.ValueKind == JsonValueKind.Object && spec.Fields.Count > 0) Check(value, spec.Fields, path, closed: true, errors);
        else if (Fault(value, spec) is { } fault) errors.Add(path, fault);
        else if (spec.ItemFields.Count > 0) CheckItems(value, spec, path, errors);
    }

    private static void CheckItems(JsonElement list, SettingSpec spec, string path, FieldErrors errors)
    {
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Object) Check(item, spec.ItemFields, $"{path}[{index}]", closed: false, errors);
            else errors.Add($"{path}[{index}]", "Must be an object.");
            index++;
        }
    }

    internal static string? Fault(JsonElement value, SettingSpec spec) => spec.Type switch
    {
        SettingType.Flag => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "Must be true or false.",
        SettingType.Text => value.ValueKind != JsonValueKind.String ? "Must be a text." : TextFault(value.GetString()!, spec),
        SettingType.Choice => value.ValueKind == JsonValueKind.String && spec.Choices.Contains(value.GetString()!) ? null : $"Must be one of: {string.Join(", ", spec.Choices)}.",
        SettingType.WholeNumber => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var whole) && InRange(whole, spec) ? null : $"Must be a whole number{Range(spec)}.",
        SettingType.Number => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && InRange(number, spec) ? null : $"Must be a number{Range(spec)}.",
        SettingType.TextList => ListFault(value, spec),
        _ when spec.ItemFields.Count > 0 => value.ValueKind != JsonValueKind.Array ? "Must be a list." : value.GetArrayLength() > spec.MaxItems ? $"Must have at most {spec.MaxItems} items." : null,
        _ => spec.Fields.Count > 0 ? "Must be an object." : value.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? null : "Must be an object or a list.",
    };

    private static string? TextFault(string text, SettingSpec spec) =>
        text.Length > spec.MaxLength ? $"Must have at most {spec.MaxLength} characters." : spec.Required && string.IsNullOrWhiteSpace(text) ? "A value is needed." : null;

    private static string? ListFault(JsonElement value, SettingSpec spec)
    {
        if (spec.AcceptsText && value.ValueKind == JsonValueKind.String) return TextFault(value.GetString()!, spec);
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(v => v.ValueKind != JsonValueKind.String)) return "Must be a list of texts.";
        if (value.GetArrayLength() > spec.MaxItems) return $"Must have at most {spec.MaxItems} items.";
        return value.EnumerateArray().Any(v => v.GetString()!.Length > spec.MaxLength) ? $"Each must have at most {spec.MaxLength} characters." : null;
    }

    private static bool InRange(double number, SettingSpec spec) => number >= spec.Min && number <= spec.Max;

    private static string Range(SettingSpec spec) => (spec.Min > double.MinValue, spec.Max < double.MaxValue) switch
    {
        (true, true) => string.Create(CultureInfo.InvariantCulture, $" from {spec.Min} to {spec.Max}"),
        (true, false) => string.Create(CultureInfo.InvariantCulture, $" of at least {spec.Min}"),
        _ => "",
    };
}
