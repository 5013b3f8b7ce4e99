using System.Diagnostics.CodeAnalysis;

namespace OpenClaw.Gateway.Core.Agents;

/// <summary>Addresses that the gateway can call.</summary>
internal static class HttpUrls
{
    /// <summary>True for an absolute http or https URL with a host.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Uri? url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps) && url.Host.Length > 0;
}
