using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Ingest;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Administration.Metrics;

/// <summary>
/// How much of what a node can do it has to do: 0 = nothing, 1 = all, above: it refuses. The largest of its processors' use and its queue's use, and
/// at least 1 for a minute after it refused a message as overloaded. What waits for an agent or a person does not count: more nodes would not help it.
/// </summary>
internal sealed class ScaleSignal(Admission admission, TenantLoads loads, TimeProvider time, Func<TimeSpan> processorTime)
{
    /// <summary>Looks within this time see the same use of the processors.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan OverloadedFor = TimeSpan.FromMinutes(1);
    private readonly Lock _lock = new();
    private long _at = time.GetTimestamp();
    private TimeSpan _spent = processorTime();
    private double _processors;
    private long _refused;
    private long _refusedAt;

    /// <summary>The queue's use: accepted and not dispatched, as a share of <c>Limits:IngressQueue</c>.</summary>
    public double IngressUsed => admission.UsedRatio;

    /// <summary>The signal.</summary>
    public double Pressure()
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (time.GetElapsedTime(_at, now) >= Shortest) LookAtProcessors(now);
            var refused = loads.All.Sum(l => l.RefusedFor(RefusalCode.Overloaded));
            if (refused > _refused) _refusedAt = now;
            _refused = refused;
            var pressure = Math.Max(_processors, IngressUsed);
            return _refusedAt != 0 && time.GetElapsedTime(_refusedAt, now) < OverloadedFor ? Math.Max(1, pressure) : pressure;
        }
    }

    private void LookAtProcessors(long now)
    {
        var spent = processorTime();
        _processors = (spent - _spent) / time.GetElapsedTime(_at, now) / Environment.ProcessorCount;
        (_at, _spent) = (now, spent);
    }
}
