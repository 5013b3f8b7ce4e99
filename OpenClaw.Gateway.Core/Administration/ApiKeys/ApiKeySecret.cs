using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace OpenClaw.Gateway.Core.Administration.ApiKeys;

/// <summary>The form of a key: <c>ock_</c> and at least 32 more characters. Only its SHA-256 is kept.</summary>
internal static class ApiKeySecret
{
    public const string Start = "ock_";
    private const int MinLength = 36;
    private const int MaxLength = 200;
    private const int ShownLength = 12;

    public static string Make() => Start + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static bool IsWellFormed(string key) =>
        key.Length is >= MinLength and <= MaxLength && key.StartsWith(Start, StringComparison.Ordinal) && key.All(c => c is > ' ' and <= '~');

    /// <summary>A fast hash is right here: a key is long and random, not a password.</summary>
    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    public static string Prefix(string key) => key[..ShownLength];
}
