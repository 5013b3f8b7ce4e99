using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace OpenClaw.Gateway.Core.Administration.Members;

/// <summary>The secret part of a link that lets somebody in: 32 random bytes. Only its SHA-256 is kept.</summary>
public static class LinkToken
{
    private const int Length = 43;

    /// <summary>A new one, URL-safe.</summary>
    public static string Make() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>What is kept; null for text that was never a token.</summary>
    public static byte[]? Hash(string? token) =>
        token is { Length: Length } && Base64Url.IsValid(token) ? SHA256.HashData(Encoding.ASCII.GetBytes(token)) : null;
}
