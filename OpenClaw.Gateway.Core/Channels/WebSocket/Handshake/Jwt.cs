using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace OpenClaw.Gateway.Core.Channels.WebSocket.Handshake;

/// <summary>What a verified token says. <c>Conversations</c> is null when it has no such list.</summary>
internal sealed record JwtClaims(string Subject, string? Name, IReadOnlySet<string>? Conversations);

/// <summary>
/// Verifies a signed user's token (RFC 7515, 7519): compact form, HS256 and nothing else, <c>exp</c> required, <c>nbf</c> honoured,
/// 60 seconds of skew. Nothing of the payload is read before the signature held.
/// </summary>
internal static class Jwt
{
    private const string Malformed = "The token is not a JWT: three parts of base64url with dots between them, header and payload JSON, at most 8192 characters.";
    private const int MaxLength = 8_192;
    private const int MaxSubjectLength = 400;
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>The claims, or null with the reason. Never throws for a bad token.</summary>
    /// <param name="token">Three base64url parts.</param>
    /// <param name="secrets">The secrets that may have signed it; their UTF-8 bytes are the key.</param>
    /// <param name="now">The present.</param>
    /// <param name="fault">Why it is refused, for people.</param>
    public static JwtClaims? Verify(string token, IEnumerable<string> secrets, DateTimeOffset now, out string fault)
    {
        try
        {
            return Read(token, secrets, now, out fault);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or DecoderFallbackException)
        {
            fault = Malformed;
            return null;
        }
    }

    private static JwtClaims? Read(string token, IEnumerable<string> secrets, DateTimeOffset now, out string fault)
    {
        fault = Malformed;
        var parts = token.Length <= MaxLength ? token.Split('.') : [];
        if (parts.Length != 3) return null;
        if (!IsHs256(Base64Url.DecodeFromChars(parts[0])))
        {
            fault = "The token's header must say alg HS256, and no crit: nothing else is taken.";
            return null;
        }

        var signature = Base64Url.DecodeFromChars(parts[2]);
        var signed = Encoding.ASCII.GetBytes(token[..token.LastIndexOf('.')]);
        if (!secrets.Any(secret => Holds(secret, signed, signature)))
        {
            fault = "The token's signature does not hold: the key is the UTF-8 bytes of the channel's signingSecret.";
            return null;
        }

        using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]), Strict);
        return Claims(payload.RootElement, now, out fault);
    }

    private static bool IsHs256(byte[] header)
    {
        using var json = JsonDocument.Parse(header, Strict);
        var root = json.RootElement;
        return root.ValueKind == JsonValueKind.Object
            && root.TryGetProperty("alg", out var algorithm) && algorithm.ValueKind == JsonValueKind.String && algorithm.ValueEquals("HS256")
            && !root.TryGetProperty("crit", out _); // names extensions that must be understood (RFC 7515, 4.1.11): none is
    }

    private static bool Holds(string secret, byte[] signed, byte[] signature) =>
        secret.Length > 0 && CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed), signature);

    private static JwtClaims? Claims(JsonElement payload, DateTimeOffset now, out string fault)
    {
        fault = FaultOf(payload, now) ?? "";
        if (fault.Length > 0) return null;
        var conversations = payload.TryGetProperty("conversations", out var list) ? list.EnumerateArray().Select(item => item.GetString()!).ToHashSet(StringComparer.Ordinal) : null;
        return new(Text(payload, "sub")!, Text(payload, "name"), conversations);
    }

    /// <summary>The first claim that is wrong and what it must be, without its value; null when all are right.</summary>
    private static string? FaultOf(JsonElement payload, DateTimeOffset now)
    {
        if (payload.ValueKind != JsonValueKind.Object) return "The token's payload must be a JSON object.";
        if (Time(payload, "exp") is not { } expires) return "The token's claim exp is needed: a number, the seconds since 1970 at which it expires.";
        if (payload.TryGetProperty("nbf", out _) && Time(payload, "nbf") is null) return "The token's claim nbf must be a number, the seconds since 1970 from which it holds.";
        var seconds = now.ToUnixTimeMilliseconds() / 1000.0;
        if (seconds >= expires + Skew.TotalSeconds) return "The token has expired (claim exp).";
        if (Time(payload, "nbf") > seconds + Skew.TotalSeconds) return "The token does not hold yet (claim nbf).";
        if (Text(payload, "sub") is not { Length: > 0 and <= MaxSubjectLength }) return $"The token's claim sub is needed: the user's id, a string of 1 to {MaxSubjectLength} characters.";
        if (payload.TryGetProperty("name", out var name) && (name.ValueKind is not (JsonValueKind.String or JsonValueKind.Null) || Text(payload, "name")?.Length > MaxSubjectLength))
            return $"The token's claim name must be a string of at most {MaxSubjectLength} characters.";
        return payload.TryGetProperty("conversations", out var list) && (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
            ? "The token's claim conversations must be a list of strings." : null;
    }

    private static double? Time(JsonElement payload, string name) =>
        payload.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && double.IsFinite(seconds)
            ? seconds
            : null;

    private static string? Text(JsonElement payload, string name) =>
        payload.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
