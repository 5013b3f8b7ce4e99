using System.Globalization;

namespace OpenClaw.Portal.Hosting;

/// <summary>
/// Reads single values and remembers every fault, so that all can be told at once. A fault names the key, the value
/// (secrets are not shown) and what is allowed.
/// </summary>
internal sealed class ConfigurationReader(IConfiguration configuration)
{
    private readonly List<string> _faults = [];

    public IReadOnlyList<string> Faults => _faults;

    public string? Text(string key) => configuration[key] is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    /// <summary>As it is, spaces included; null when empty.</summary>
    public string? Secret(string key) => configuration[key] is { Length: > 0 } value ? value : null;

    /// <summary>A list: either <c>Key:0</c>, <c>Key:1</c>, … or one value with commas or semicolons.</summary>
    public IReadOnlyList<string> List(string key)
    {
        const StringSplitOptions clean = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        var items = configuration.GetSection(key).GetChildren().Select(c => c.Value?.Trim() ?? "").Where(v => v.Length > 0).ToList();
        return items.Count > 0 ? items : (Text(key) ?? "").Split([',', ';'], clean);
    }

    public long Number(string key, long fallback, long min, long max)
    {
        if (Text(key) is not { } text) return fallback;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max) return value;
        Fault(key, text, string.Create(CultureInfo.InvariantCulture, $"a whole number from {min} to {max} (default {fallback})"));
        return fallback;
    }

    public bool Flag(string key, bool fallback)
    {
        if (Text(key) is not { } text) return fallback;
        if (bool.TryParse(text, out var value)) return value;
        Fault(key, text, $"true or false (default {(fallback ? "true" : "false")})");
        return fallback;
    }

    public void Fault(string key, string value, string allowed) => _faults.Add($"{key}: \"{Printable(value)}\" is not allowed. Allowed: {allowed}.");

    public void SecretFault(string key, string value, string allowed) =>
        _faults.Add(string.Create(CultureInfo.InvariantCulture, $"{key}: the value given (not shown, {value.Length} characters) is not allowed. Allowed: {allowed}."));

    public void Fault(string key, string sentence) => _faults.Add($"{key}: {sentence}");

    private static string Printable(string value) =>
        new(value.Take(200).Select(c => char.IsControl(c) ? ' ' : c).ToArray());
}
