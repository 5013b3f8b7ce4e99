using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OpenClaw.Gateway.Core.Resilience;

/// <summary>
/// Signatures of the Standard Webhooks scheme: <c>v1,</c> and the base64 of HMAC-SHA256 over <c>id.timestamp.body</c>.
/// Secrets are <c>whsec_</c> and base64; one that is neither is taken as its UTF-8 bytes.
/// </summary>
public static class StandardWebhooks
{
    /// <summary>Begins every secret.</summary>
    public const string Prefix = "whsec_";

    /// <summary>How far a timestamp may be from the receiver's clock.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>The value of <c>webhook-signature</c>: one signature per secret, separated by spaces (two while a secret is rotated).</summary>
    /// <param name="id">The value of <c>webhook-id</c>.</param>
    /// <param name="timestamp">The value of <c>webhook-timestamp</c>: seconds since 1970.</param>
    /// <param name="body">The body as it is sent.</param>
    /// <param name="secrets">At least one.</param>
    public static string Sign(string id, long timestamp, ReadOnlySpan<byte> body, params ReadOnlySpan<string> secrets)
    {
        var signatures = new string[secrets.Length];
        for (var i = 0; i < secrets.Length; i++) signatures[i] = "v1," + Convert.ToBase64String(Compute(id, timestamp, body, secrets[i]));
        return string.Join(' ', signatures);
    }

    /// <summary>True when one of the header's signatures is right for the secret and the timestamp is within <see cref="Tolerance"/> of now.</summary>
    public static bool Verify(string id, string timestamp, ReadOnlySpan<byte> body, string signatures, string secret, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(signatures);
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return false;
        if (Math.Abs((decimal)now.ToUnixTimeSeconds() - seconds) > (decimal)Tolerance.TotalSeconds) return false;
        var expected = Encoding.ASCII.GetBytes("v1," + Convert.ToBase64String(Compute(id, seconds, body, secret)));
        var right = false;
        foreach (var given in signatures.Split(' ')) right |= CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(given));
        return right;
    }

    private static byte[] Compute(string id, long timestamp, ReadOnlySpan<byte> body, string secret)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Key(secret));
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.")));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }

    private static byte[] Key(string secret)
    {
        var encoded = secret.StartsWith(Prefix, StringComparison.Ordinal) ? secret.AsSpan(Prefix.Length) : secret;
        var bytes = new byte[encoded.Length];
        return Convert.TryFromBase64Chars(encoded, bytes, out var length) && length > 0 ? bytes[..length] : Encoding.UTF8.GetBytes(secret);
    }
}
