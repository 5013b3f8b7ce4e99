using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace OpenClaw.Core.Tests.Channels.WebSocket;

/// <summary>Makes JWTs, right and wrong.</summary>
internal static class Tokens
{
    public const string Secret = "a-secret-of-the-channel-with-enough-bytes";

    public static string Sign(object claims, string secret = Secret, object? header = null) =>
        SignText(JsonSerializer.Serialize(claims), secret, JsonSerializer.Serialize(header ?? new { alg = "HS256", typ = "JWT" }));

    public static string SignText(string claims, string secret = Secret, string header = """{"alg":"HS256"}""")
    {
        var signed = Encode(Encoding.UTF8.GetBytes(header)) + "." + Encode(Encoding.UTF8.GetBytes(claims));
        return signed + "." + Encode(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(signed)));
    }

    public static string For(string user, params string[]? conversations)
    {
        var exp = TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds();
        return conversations is { Length: > 0 } ? Sign(new { sub = user, exp, conversations }) : Sign(new { sub = user, exp });
    }

    public static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
