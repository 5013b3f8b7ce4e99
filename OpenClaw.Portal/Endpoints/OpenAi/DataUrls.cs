using System.Text.Json;
using OpenClaw.Gateway.Core.Administration.Programs;

namespace OpenClaw.Portal.Endpoints.OpenAi;

/// <summary>Files in the parts of a message: as data URLs (RFC 2397), or as addresses that the gateway fetches.</summary>
internal static class DataUrls
{
    private const int LongestName = 200;

    public static ProgramFile Image(JsonElement part, string param)
    {
        // some clients send the address in place of the object
        var url = part.ValueKind == JsonValueKind.String ? part.GetString() : Text(part, "url");
        return url is null ? throw OpenAiFault.Invalid($"{param}.url", "An address is needed: a data URL, or http(s).") : Image(Of(url, null, $"{param}.url", "image"), $"{param}.url");
    }

    private static ProgramFile Image(ProgramFile file, string param) =>
        file.Url is not null || file.ContentType!.StartsWith("image/", StringComparison.Ordinal) ? file : throw OpenAiFault.Invalid(param, $"{file.ContentType} is no image. Other files go in parts of type file.");

    public static ProgramFile File(JsonElement part, string param)
    {
        var name = Text(part, "filename") is { Length: > 0 and <= LongestName } given ? given : null;
        if (Text(part, "file_data") is not { } data)
            throw OpenAiFault.Invalid($"{param}.file_data", "The file's bytes are needed as a data URL: the gateway keeps no files that were uploaded before.", "unsupported_value");
        return Of(data, name, $"{param}.file_data", "file");
    }

    public static ProgramFile Audio(JsonElement part, string param)
    {
        var format = Text(part, "format") is "wav" or "mp3" or "flac" or "opus" or "ogg" ? Text(part, "format")! : throw OpenAiFault.Invalid($"{param}.format", "Must be wav, mp3, flac, opus or ogg.");
        return new($"audio.{format}", format == "mp3" ? "audio/mpeg" : $"audio/{format}", Bytes(Text(part, "data") ?? "", $"{param}.data"), null);
    }

    private static ProgramFile Of(string url, string? name, string param, string stem)
    {
        if (!url.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            return Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0
                ? new(name, null, default, address)
                : throw OpenAiFault.Invalid(param, "Must be a data URL (data:image/png;base64,…), or an absolute http(s) address without user and password.");
        }

        var comma = url.IndexOf(',', StringComparison.Ordinal);
        var head = comma < 0 ? "" : url[5..comma];
        if (comma < 0 || !head.EndsWith(";base64", StringComparison.OrdinalIgnoreCase)) throw OpenAiFault.Invalid(param, "A data URL must be in base64: data:image/png;base64,…");
        var type = head[..^7].Split(';')[0].Trim().ToLowerInvariant();
        if (type.Length == 0) type = "application/octet-stream";
        return new(name ?? $"{stem}.{ExtensionOf(type)}", type, Bytes(url[(comma + 1)..], param), null);
    }

    private static byte[] Bytes(string base64, string param)
    {
        var bytes = new byte[(base64.Length / 4 * 3) + 3];
        return Convert.TryFromBase64String(base64, bytes, out var length) && length > 0 ? bytes[..length] : throw OpenAiFault.Invalid(param, "The bytes are not in base64, or there are none.");
    }

    private static string ExtensionOf(string type) => type switch
    {
        "image/jpeg" => "jpg",
        "image/svg+xml" => "svg",
        "text/plain" => "txt",
        "application/octet-stream" => "bin",
        _ => new([.. type[(type.IndexOf('/', StringComparison.Ordinal) + 1)..].Where(char.IsAsciiLetterOrDigit).Take(8)]),
    };

    private static string? Text(JsonElement part, string name) =>
        part.ValueKind == JsonValueKind.Object && part.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
