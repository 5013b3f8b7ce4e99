using System.Globalization;
using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Telegram.Api;

namespace OpenClaw.FakePlatforms.Telegram.Control;

/// <summary>The fields of a control request, from JSON or from a form with a file.</summary>
internal sealed class ControlBody
{
    private readonly RequestFields _fields;

    private ControlBody(RequestFields fields) => _fields = fields;

    /// <summary>The file of the form.</summary>
    public Upload? File => _fields.File("file");

    public static async Task<ControlBody> ReadAsync(HttpRequest request)
    {
        // a page of another site can send a plain form, but neither of these without asking first
        if (request.Headers.Origin.ToString() is { Length: > 0 } origin && origin != $"{request.Scheme}://{request.Host}")
            throw new InvalidOperationException("Only this server's own page and scripts may control it.");
        try
        {
            return new(await RequestReader.ReadAsync(request.HttpContext));
        }
        catch (Refusal refusal)
        {
            throw new FormatException(refusal.Message, refusal);
        }
    }

    public string? Text(string name) => _fields.Text(name);

    public string Need(string name) => Text(name) ?? throw new FormatException($"{name} is required");

    public long? Number(string name) =>
        Text(name) is { } text ? long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException($"{name} must be a number") : null;

    public long NeedNumber(string name) => Number(name) ?? throw new FormatException($"{name} is required");

    public bool Flag(string name) => _fields.Flag(name);

    public JsonNode? Json(string name) => _fields.Json(name);
}
