using System.Security.Cryptography;

namespace OpenClaw.Gateway.Core.Resilience;

/// <summary>Secrets that the gateway makes for signing what it sends.</summary>
public static class SigningSecrets
{
    /// <summary>A new one: <c>whsec_</c> and the base64 of 32 random bytes.</summary>
    public static string Create() => StandardWebhooks.Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
