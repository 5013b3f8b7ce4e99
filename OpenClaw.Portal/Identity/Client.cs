namespace OpenClaw.Portal.Identity;

/// <summary>What a request tells of the machine that it comes from.</summary>
internal static class Client
{
    private const int MaxDevice = 300;

    /// <summary>Its address as people write it.</summary>
    public static string? AddressOf(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString() : null;

    /// <summary>The browser as it calls itself, cut.</summary>
    public static string? DeviceOf(HttpContext http) =>
        http.Request.Headers.UserAgent.ToString() is { Length: > 0 } agent ? agent[..Math.Min(agent.Length, MaxDevice)] : null;
}
