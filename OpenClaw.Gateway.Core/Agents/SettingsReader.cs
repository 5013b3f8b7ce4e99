using System.Globalization;
using System.Text.Json;

namespace OpenClaw.Gateway.Core.Agents;

/// <summary>
/// Reads an agent's settings and collects what is wrong with them, so that checking and building read the same.
/// Absent and null mean the default; names it is not asked for are let be.
/// </summary>
internal sealed class SettingsReader
{
    private readonly List<(string Field, string Message)> _faults = [];
    private readonly JsonElement _settings;
    private readonly string _path;

    public SettingsReader(JsonElement settings, string path = "settings")
    {
        (_settings, _path) = (settings, path);
        if (settings.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined)) Fault(null, "Must be an object.");
    }

    /// <summary>What was wrong with what has been read so far.</summary>
    public IReadOnlyList<(string Field, string Message)> Faults => _faults;

    public int Int32(string name, int otherwise, int min, int max)
    {
        if (!Find(name, out var value)) return otherwise;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= min && number <= max) return number;
        Fault(name, string.Create(CultureInfo.InvariantCulture, $"Must be a whole number from {min} to {max}."));
        return otherwise;
    }

    public bool Boolean(string name, bool otherwise)
    {
        if (!Find(name, out var value)) return otherwise;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Fault(name, "Must be true or false.");
        return otherwise;
    }

    public string OneOf(string name, string otherwise, params ReadOnlySpan<string> allowed)
    {
        if (!Find(name, out var value)) return otherwise;
        if (value.ValueKind == JsonValueKind.String)
        {
            foreach (var one in allowed)
            {
                if (value.ValueEquals(one)) return one;
            }
        }

        Fault(name, $"Must be one of: {string.Join(", ", allowed!)}.");
        return otherwise;
    }

    public double? Double(string name, double min, double max)
    {
        if (!Find(name, out var value)) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= min && number <= max) return number;
        Fault(name, string.Create(CultureInfo.InvariantCulture, $"Must be a number from {min} to {max}."));
        return null;
    }

    /// <summary>A text that is not blank; null when it is absent or blank.</summary>
    public string? String(string name, int longest, bool required = false)
    {
        string? text = null;
        if (Find(name, out var value))
        {
            text = value.ValueKind == JsonValueKind.String ? Text(value) : null;
            if (text is null) Fault(name, "Must be a text.");
            else if (text.Length > longest) Fault(name, string.Create(CultureInfo.InvariantCulture, $"Must have at most {longest} characters."));
        }

        if (!string.IsNullOrWhiteSpace(text)) return text;
        if (required) Fault(name, "A value is needed.");
        return null;
    }

    /// <summary>A list of texts; null when it is absent.</summary>
    public IReadOnlyList<string>? Strings(string name, int most, int longest)
    {
        if (!Find(name, out var value)) return null;
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(v => v.ValueKind != JsonValueKind.String || Text(v) is null)) Fault(name, "Must be a list of texts.");
        else if (value.GetArrayLength() > most) Fault(name, string.Create(CultureInfo.InvariantCulture, $"Must have at most {most} items."));
        else if (value.EnumerateArray().Any(v => v.GetString()!.Length > longest)) Fault(name, string.Create(CultureInfo.InvariantCulture, $"Each must have at most {longest} characters."));
        else return [.. value.EnumerateArray().Select(v => v.GetString()!)];
        return [];
    }

    /// <summary>A list of objects; none when it is absent. Their faults are added by <see cref="Add"/>.</summary>
    public IReadOnlyList<SettingsReader> Items(string name, int most)
    {
        if (!Find(name, out var value)) return [];
        if (value.ValueKind != JsonValueKind.Array) Fault(name, "Must be a list.");
        else if (value.GetArrayLength() > most) Fault(name, string.Create(CultureInfo.InvariantCulture, $"Must have at most {most} items."));
        else return [.. value.EnumerateArray().Select((item, i) => new SettingsReader(item, string.Create(CultureInfo.InvariantCulture, $"{_path}.{name}[{i}]")))];
        return [];
    }

    /// <summary>An object, as it is; null when it is absent.</summary>
    public JsonElement? Json(string name)
    {
        if (!Find(name, out var value)) return null;
        if (value.ValueKind == JsonValueKind.Object) return value;
        Fault(name, "Must be an object.");
        return null;
    }

    /// <summary>A required absolute http or https address without user and password.</summary>
    public Uri? HttpUrl(string name)
    {
        if (!Find(name, out var value))
        {
            Fault(name, "A URL is needed, http or https.");
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && Text(value) is { } text && HttpUrls.TryParse(text, out var url))
        {
            if (url.UserInfo.Length == 0) return url;
            Fault(name, "The URL must not hold a user or password.");
            return null;
        }

        Fault(name, "Must be an absolute URL of http or https, as in https://agent.example.com/messages.");
        return null;
    }

    /// <summary>A value is given.</summary>
    public bool Has(string name) => Find(name, out _);

    /// <summary>Names that are none of these.</summary>
    public IReadOnlyList<string> Others(params IReadOnlyCollection<string> known) =>
        _settings.ValueKind == JsonValueKind.Object ? [.. _settings.EnumerateObject().Select(p => p.Name).Where(n => !known.Contains(n))] : [];

    /// <summary>An object inside; null when it is absent. Its faults are added by <see cref="Add"/>.</summary>
    public SettingsReader? Object(string name) => Find(name, out var value) ? new(value, $"{_path}.{name}") : null;

    public void Add(SettingsReader inner) => _faults.AddRange(inner._faults);

    private bool Find(string name, out JsonElement value)
    {
        value = default;
        return _settings.ValueKind == JsonValueKind.Object && _settings.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
    }

    private static string? Text(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // half of a surrogate pair
        }
    }

    /// <summary>What is wrong with a value beside the others.</summary>
    public void Refuse(string name, string message) => Fault(name, message);

    private void Fault(string? name, string message) => _faults.Add((name is null ? _path : $"{_path}.{name}", message));
}
