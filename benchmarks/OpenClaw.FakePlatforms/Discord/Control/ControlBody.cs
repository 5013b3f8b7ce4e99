using System.Globalization;
using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Discord.Model;

namespace OpenClaw.FakePlatforms.Discord.Control;

/// <summary>The fields of a control request, from JSON or from a form with files.</summary>
internal sealed class ControlBody
{
    private readonly JsonObject _fields;

    private ControlBody(JsonObject fields, IReadOnlyList<DiscordFile> files) => (_fields, Files) = (fields, files);

    public IReadOnlyList<DiscordFile> Files { get; }

    public static async Task<ControlBody> ReadAsync(HttpRequest request)
    {
        // a page of another site can send a plain form, but not with this server's name
        if (request.Headers.Origin.ToString() is { Length: > 0 } origin && origin != $"{request.Scheme}://{request.Host}")
            throw new InvalidOperationException("Only this server's own page and scripts may control it.");
        if (!request.HasFormContentType)
            return new(request.ContentLength is 0 ? [] : await JsonNode.ParseAsync(request.Body) as JsonObject ?? throw new FormatException("The body must be an object."), []);
        var form = await request.ReadFormAsync();
        List<DiscordFile> files = [];
        foreach (var part in form.Files.Where(f => f.Length > 0))
        {
            using MemoryStream bytes = new();
            await part.CopyToAsync(bytes);
            files.Add(new(part.FileName, part.ContentType ?? "application/octet-stream", bytes.ToArray()));
        }

        return new(new(form.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value.ToString()))), files);
    }

    public string? Text(string name) => _fields[name]?.ToString() is { Length: > 0 } text ? text : null;

    public string Need(string name) => Text(name) ?? throw new FormatException($"{name} is required");

    public double? Number(string name) =>
        Text(name) is { } text ? double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException($"{name} must be a number") : null;

    public bool Flag(string name) => Text(name) is "true" or "on" or "1";

    public JsonNode? Json(string name) => _fields[name];

    public ulong Id(string name) => IdOf(Need(name), name);

    public static ulong IdOf(string text, string name) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : throw new FormatException($"{name} must be an id");
}
