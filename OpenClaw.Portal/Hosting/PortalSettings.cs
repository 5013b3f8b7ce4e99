using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Portal.Hosting.Telemetry;

namespace OpenClaw.Portal.Hosting;

/// <summary>The checked configuration: the gateway's part and what only the web side needs.</summary>
internal sealed record PortalSettings
{
    public required GatewayOptions Gateway { get; init; }

    /// <summary><c>Urls</c>, separated by semicolons.</summary>
    public required string Urls { get; init; }

    /// <summary><c>Telemetry:*</c>.</summary>
    public TelemetrySettings Telemetry { get; init; } = new();

    /// <summary><c>Proxy:Known</c>: addresses and CIDR networks whose forwarded headers are believed.</summary>
    public IReadOnlyList<string> KnownProxies { get; init; } = [];
}
