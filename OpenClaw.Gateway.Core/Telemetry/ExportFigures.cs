namespace OpenClaw.Gateway.Core.Telemetry;

/// <summary>What became of the telemetry that is sent to a collector, since the start.</summary>
public sealed class ExportFigures
{
    private long _droppedSpans;
    private long _failedRequests;

    /// <summary>Spans that the collector did not get: it was away, or too slow.</summary>
    public long DroppedSpans => Volatile.Read(ref _droppedSpans);

    /// <summary>Requests to the collector that failed, of all signals.</summary>
    public long FailedRequests => Volatile.Read(ref _failedRequests);

    /// <summary>Counts spans that are lost.</summary>
    public void Dropped(long spans) => Interlocked.Add(ref _droppedSpans, spans);

    /// <summary>Counts a request.</summary>
    public void Failed() => Interlocked.Increment(ref _failedRequests);
}

/// <summary>What the gateway's telemetry is called, for those who listen in the same process.</summary>
public static class GatewayTelemetry
{
    /// <summary>The name of the source of traces and of the meter.</summary>
    public const string Name = "OpenClaw.Gateway";
}
