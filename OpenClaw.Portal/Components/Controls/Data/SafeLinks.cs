namespace OpenClaw.Portal.Components.Controls.Data;

/// <summary>Which links of a text by strangers may be followed.</summary>
public static class SafeLinks
{
    /// <summary>
    /// The address to link to, or null for one that is shown as text: only whole addresses of the web and of e-mail. No scripts, no data, and nothing
    /// relative, which would lead into the portal itself.
    /// </summary>
    public static string? Of(string? address)
    {
        if (string.IsNullOrWhiteSpace(address) || address.Any(char.IsControl)) return null;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri)) return null;
        if (uri.Scheme == Uri.UriSchemeMailto) return uri.AbsoluteUri;
        // an account in front of the host makes one host look like another
        return (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) && uri.UserInfo.Length == 0 && uri.Host.Length > 0 ? uri.AbsoluteUri : null;
    }
}
