using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using OpenClaw.Gateway.Core.Administration;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary>Reads bodies: once, bounded, with every fault told as a problem.</summary>
internal static class ApiBody
{
    /// <summary>The largest body of a call, in bytes.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private static readonly JsonDocumentOptions Plain = new() { AllowDuplicateProperties = false };

    /// <summary>The raw bytes; read the first time, remembered for the handler behind a filter.</summary>
    public static async Task<ReadOnlyMemory<byte>> BytesAsync(HttpContext http, int most = MaxBytes)
    {
        if (http.Items[typeof(ApiBody)] is byte[] read) return read;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = most;
        if (http.Request.ContentLength > most) throw TooLarge(most);
        using var buffer = new MemoryStream();
        var piece = new byte[16 * 1024];
        int count;
        while ((count = await http.Request.Body.ReadAsync(piece, http.RequestAborted)) > 0)
        {
            if (buffer.Length + count > most) throw TooLarge(most);
            buffer.Write(piece, 0, count);
        }
        var bytes = buffer.ToArray();
        http.Items[typeof(ApiBody)] = bytes;
        return bytes;
    }

    /// <summary>The body as JSON of any form.</summary>
    public static async Task<JsonElement> JsonAsync(HttpContext http, int most = MaxBytes)
    {
        if (http.Request.ContentType is { Length: > 0 } type && !IsJson(type))
            throw new ApiProblemException(StatusCodes.Status415UnsupportedMediaType, "The body must be JSON: send Content-Type: application/json, or application/merge-patch+json for a patch.");
        var bytes = await BytesAsync(http, most);
        if (!Utf8.IsValid(bytes.Span)) throw Malformed("it is not UTF-8");
        try
        {
            using var document = JsonDocument.Parse(bytes, Plain);
            CheckTexts(document.RootElement);
            return document.RootElement.Clone();
        }
        catch (JsonException fault)
        {
            throw Malformed(Where(fault));
        }
        catch (InvalidOperationException)
        {
            // the parser reads names itself, to find those that are there twice
            throw Malformed("a field's name has half a surrogate pair");
        }
    }

    /// <summary>The body as that type; wrong types and unknown fields are told by field.</summary>
    public static async Task<T> ReadAsync<T>(HttpContext http)
    {
        var json = await JsonAsync(http);
        try
        {
            return json.Deserialize<T>(ApiJson.Strict) ?? throw new InvalidInputException("", "The body must be a JSON object.");
        }
        catch (JsonException fault)
        {
            throw new InvalidInputException(fault.Path is { Length: > 2 } path ? path[2..] : "", "Has the wrong type, is missing, or is not known here.");
        }
    }

    /// <summary>As <see cref="ReadAsync{T}"/>; no body at all is the type's default.</summary>
    public static async Task<T> ReadOptionalAsync<T>(HttpContext http) where T : new() => (await BytesAsync(http)).IsEmpty ? new() : await ReadAsync<T>(http);

    /// <summary>Half of a surrogate pair passes the parser and breaks whoever reads the text.</summary>
    private static void CheckTexts(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                CheckText(element);
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray()) CheckTexts(item);
                break;
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject()) CheckTexts(property.Value);
                break;
        }
    }

    private static void CheckText(JsonElement text)
    {
        try
        {
            text.GetString();
        }
        catch (InvalidOperationException)
        {
            throw Malformed("a text has half a surrogate pair");
        }
    }

    private static bool IsJson(string type) =>
        MediaTypeHeaderValue.TryParse(type, out var media)
        && (media.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) || media.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase));

    /// <summary>.NET counts from 0, people and editors from 1.</summary>
    private static string Where(JsonException fault) =>
        fault.Message.StartsWith("Duplicate", StringComparison.OrdinalIgnoreCase) ? "an object has a field twice"
        : string.Create(CultureInfo.InvariantCulture, $"it breaks off or goes wrong at line {(fault.LineNumber ?? 0) + 1}, position {(fault.BytePositionInLine ?? 0) + 1}");

    private static ApiProblemException Malformed(string why) => new(StatusCodes.Status400BadRequest, $"The body is not JSON: {why}.");

    private static ApiProblemException TooLarge(int most) => new(StatusCodes.Status413PayloadTooLarge, $"The body has more than {most} bytes.");
}
