using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Maintenance.Metrics;

/// <summary>What channels received, answered and delivered; by tenant too, for the owner.</summary>
internal sealed class ChannelSource(LiveFigures figures) : IMetricSource
{
    private readonly Dictionary<Guid, Seen> _channels = [];
    private readonly ChannelTotals _now = new();

    public void Fold(MetricFold fold)
    {
        foreach (var counters in figures.Channels)
        {
            if (!_channels.TryGetValue(counters.Channel, out var seen)) _channels.Add(counters.Channel, seen = new());
            counters.Read(_now);
            Fold(fold, counters.Tenant, counters.Channel, seen);
        }
    }

    private void Fold(MetricFold fold, Guid tenant, Guid channel, Seen seen)
    {
        var (accepted, answered, dead) = (_now.Accepted - seen.Totals.Accepted, _now.Answered - seen.Totals.Answered, _now.Dead - seen.Totals.Dead);
        fold.Durations(tenant, MetricNames.Received, channel, accepted, _now.Storing, seen.Totals.Storing);
        fold.Durations(tenant, MetricNames.Answered, channel, answered, _now.Answering, seen.Totals.Answering);
        fold.Durations(tenant, MetricNames.Delivered, channel, _now.Delivered - seen.Totals.Delivered, _now.Sending, seen.Totals.Sending);
        fold.Count(tenant, MetricNames.Dead, channel, dead);
        fold.Count(tenant, MetricNames.DeliveryFailures, channel, _now.SendFailures - seen.Totals.SendFailures);
        fold.Count(Guid.Empty, MetricNames.Received, tenant, accepted);
        fold.Durations(Guid.Empty, MetricNames.Answered, tenant, answered, _now.Answering, seen.AnsweringOfAll);
        fold.Count(Guid.Empty, MetricNames.Dead, tenant, dead);
        (seen.Totals.Accepted, seen.Totals.Answered, seen.Totals.Delivered, seen.Totals.Dead, seen.Totals.SendFailures) =
            (_now.Accepted, _now.Answered, _now.Delivered, _now.Dead, _now.SendFailures);
    }

    private sealed class Seen
    {
        public ChannelTotals Totals { get; } = new();

        public long[] AnsweringOfAll { get; } = new long[LatencyHistogram.Buckets];
    }
}
