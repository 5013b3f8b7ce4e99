using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Portal.Hosting;

/// <summary>The checked configuration: the gateway's part and what only the web side needs.</summary>
internal sealed record PortalSettings
{
    public required GatewayOptions Gateway { get; init; }

    /// <summary><c>Urls</c>, separated by semicolons.</summary>
    public required string Urls { get; init; }

    /// <summary><c>Proxy:Known</c>: addresses and CIDR networks whose forwarded headers are believed.</summary>
    public IReadOnlyList<string> KnownProxies { get; init; } = [];
}
