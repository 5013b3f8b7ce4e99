using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenClaw.FakePlatforms.Telegram.Api;

/// <summary>A file that came with a request.</summary>
internal sealed record Upload(string Name, string ContentType, byte[] Content);

/// <summary>A field as it was sent: text of a query or form, a value of a JSON body, or a file.</summary>
internal sealed record Field(string? Text, JsonNode? Node, Upload? File)
{
    /// <summary>Came in a JSON body, where numbers are numbers.</summary>
    public bool IsJson => Text is null && File is null;
}

/// <summary>The fields of a request, however they were sent.</summary>
internal sealed class RequestFields(Dictionary<string, Field> fields)
{
    public IReadOnlyDictionary<string, Field> All => fields;

    public bool Has(string name) => fields.ContainsKey(name);

    /// <summary>Null when it is left out or empty.</summary>
    public string? Text(string name)
    {
        if (!fields.TryGetValue(name, out var field)) return null;
        var text = field.Text ?? (field.Node is JsonValue value ? value.ToString() : null);
        return text is { Length: > 0 } ? text : null;
    }

    public long? Number(string name) =>
        Text(name) is { } text && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    public bool Flag(string name) => Text(name) is { } text && (text is "1" || string.Equals(text, "true", StringComparison.OrdinalIgnoreCase));

    /// <summary>An object or array, sent as such or as its JSON text; null when it is left out.</summary>
    /// <exception cref="Refusal">It is no JSON.</exception>
    public JsonNode? Json(string name)
    {
        if (!fields.TryGetValue(name, out var field)) return null;
        if (field.Node is JsonObject or JsonArray) return field.Node.DeepClone();
        if (Text(name) is not { } text) return null;
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            throw Refusal.Broken($"can't parse {name} JSON object");
        }
    }

    public Upload? File(string name) => fields.GetValueOrDefault(name)?.File;

    /// <summary>For people who look at a call: files by name and size.</summary>
    public JsonObject Shown()
    {
        JsonObject shown = [];
        foreach (var (name, field) in fields)
            shown[name] = field.File is { } file ? $"file {file.Name} of {file.Content.Length} bytes" : field.Text is { } text ? text : field.Node?.DeepClone();
        return shown;
    }
}
