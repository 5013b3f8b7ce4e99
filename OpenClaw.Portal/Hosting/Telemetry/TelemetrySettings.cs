namespace OpenClaw.Portal.Hosting.Telemetry;

/// <summary><c>Telemetry:*</c>.</summary>
internal sealed record TelemetrySettings
{
    /// <summary><c>Telemetry:OtlpEndpoint</c>; null = nothing is sent.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary><c>Telemetry:OtlpProtocol</c>: gRPC instead of protobuf over HTTP.</summary>
    public bool IsGrpc { get; init; }

    /// <summary><c>Telemetry:OtlpHeaders</c>: <c>name=value</c>, separated by commas. A secret.</summary>
    public string? Headers { get; init; }

    /// <summary><c>Telemetry:TraceRatio</c>: the share of messages whose traces are sent.</summary>
    public double TraceRatio { get; init; } = 1;

    /// <summary><c>Telemetry:TraceUrl</c>: where people see a trace, with <c>{traceId}</c> in it; null = nowhere.</summary>
    public string? TraceUrl { get; init; }

    /// <summary>Where a message's trace is shown; null = nowhere.</summary>
    public Uri? TraceOf(Guid message) => TraceUrl is null ? null : new(TraceUrl.Replace(TelemetryConfiguration.Placeholder, message.ToString("N"), StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc />
    public override string ToString() => $"{Endpoint} {(IsGrpc ? "grpc" : "http")} {TraceRatio}"; // a record would print the headers
}
