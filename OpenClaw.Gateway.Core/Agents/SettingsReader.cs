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
