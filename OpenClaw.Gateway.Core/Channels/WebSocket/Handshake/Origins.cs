namespace OpenClaw.Gateway.Core.Channels.WebSocket.Handshake;

/// <summary>Compares a request's <c>Origin</c> (RFC 6454) with a channel's list: scheme, host and port must be the same. <c>*</c> lets everything in.</summary>
internal static class Origins
{
    /// <summary>An empty list allows all; a request without an origin is not on any other.</summary>
    public static bool Allow(IReadOnlyList<string> allowed, string? origin)
    {
        if (allowed.Count == 0 || allowed.Contains("*", StringComparer.Ordinal)) return true;
        return Parse(origin) is { } asked && allowed.Any(entry => Parse(entry) == asked);
    }

    private static (string Scheme, string Host, int Port)? Parse(string? origin)
    {
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Host.Length == 0) return null;
        if (uri.AbsolutePath is not ("/" or "") || uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0) return null;
        return (uri.Scheme, uri.IdnHost.ToLowerInvariant(), uri.Port);
    }
}
