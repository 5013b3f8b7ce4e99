using OpenClaw.Gateway.Core.Events;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Maintenance.Metrics;

/// <summary>The node as a whole. Its processor's use is told even where it is nothing: it says that the node runs.</summary>
internal sealed class NodeSource(Journal journal, EventBus events, TimeProvider time) : IMetricSource
{
    private readonly long[] _now = new long[LatencyHistogram.Buckets];
    private readonly long[] _commits = new long[LatencyHistogram.Buckets];
    private long _groups, _entries, _dropped;
    private long _at = time.GetTimestamp();
    private TimeSpan _spent = Environment.CpuUsage.TotalTime;

    public void Fold(MetricFold fold)
    {
        var (groups, entries, dropped) = (journal.Groups, journal.Entries, events.Dropped);
        journal.ReadCommits(_now);
        fold.Durations(Guid.Empty, MetricNames.JournalGroups, Guid.Empty, groups - _groups, _now, _commits);
        fold.Count(Guid.Empty, MetricNames.JournalEntries, Guid.Empty, entries - _entries);
        fold.Count(Guid.Empty, MetricNames.EventsDropped, Guid.Empty, dropped - _dropped);
        (_groups, _entries, _dropped) = (groups, entries, dropped);
        fold.Level(Guid.Empty, MetricNames.NodeProcessor, Guid.Empty, Processor(), always: true);
        fold.Level(Guid.Empty, MetricNames.NodeMemory, Guid.Empty, Environment.WorkingSet / 1e6);
    }

    /// <summary>In percent of all processors, since the last look.</summary>
    private double Processor()
    {
        var (at, spent) = (time.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var passed = time.GetElapsedTime(_at, at);
        var use = passed > TimeSpan.Zero ? 100 * ((spent - _spent) / passed) / Environment.ProcessorCount : 0;
        (_at, _spent) = (at, spent);
        return Math.Clamp(use, 0, 100);
    }
}
