using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace OpenClaw.Portal.Tests.Isolation;

/// <summary>Makes JSON Web Tokens as a shop's server would (RFC 7519, HS256).</summary>
internal static class Jwt
{
    public static string Of(string payload, string secret)
    {
        var signed = $"{Part("""{"alg":"HS256","typ":"JWT"}""")}.{Part(payload)}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
