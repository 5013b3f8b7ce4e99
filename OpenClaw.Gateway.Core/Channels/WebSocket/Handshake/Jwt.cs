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
            fault = "The token is not well-formed.";
            return null;
        }
    }

    private static JwtClaims? Read(string token, IEnumerable<string> secrets, DateTimeOffset now, out string fault)
    {
        fault = "The token is not well-formed.";
        var parts = token.Length <= MaxLength ? token.Split('.') : [];
        if (parts.Length != 3) return null;
        if (!IsHs256(Base64Url.DecodeFromChars(parts[0])))
        {
            fault = "The token must be signed with HS256.";
            return null;
        }

        var signature = Base64Url.DecodeFromChars(parts[2]);
        var signed = Encoding.ASCII.GetBytes(token[..token.LastIndexOf('.')]);
        if (!secrets.Any(secret => Holds(secret, signed, signature)))
        {
            fault = "The token's signature does not hold.";
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
        fault = "The token's claims are not what the contract describes.";
        if (payload.ValueKind != JsonValueKind.Object) return null;
        if (Time(payload, "exp") is not { } expires) return null;
        if (payload.TryGetProperty("nbf", out _) && Time(payload, "nbf") is null) return null;
        var seconds = now.ToUnixTimeMilliseconds() / 1000.0;
        if (seconds >= expires + Skew.TotalSeconds || Time(payload, "nbf") > seconds + Skew.TotalSeconds)
        {
            fault = "The token has expired or does not hold yet.";
            return null;
        }

        if (Text(payload, "sub") is not { Length: > 0 and <= MaxSubjectLength } subject) return null;
        if (payload.TryGetProperty("name", out var name) && name.ValueKind is not (JsonValueKind.String or JsonValueKind.Null)) return null;
        var called = Text(payload, "name");
        if (called?.Length > MaxSubjectLength) return null;
        if (!payload.TryGetProperty("conversations", out var list)) return new(subject, called, Conversations: null);
        if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String)) return null;
        return new(subject, called, list.EnumerateArray().Select(item => item.GetString()!).ToHashSet(StringComparer.Ordinal));
    }

    private static double? Time(JsonElement payload, string name) =>
        payload.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && double.IsFinite(seconds)
            ? seconds
            : null;

    private static string? Text(JsonElement payload, string name) =>
        payload.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
