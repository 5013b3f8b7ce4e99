using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;

namespace OpenClaw.Portal.Hosting.Telemetry;

/// <summary>Spans on their way to the collector: so many at most, and what does not fit is dropped and counted. Whoever ends a span never waits.</summary>
internal sealed class SpanQueue : BatchActivityExportProcessor
{
    internal const int Capacity = 8_192;
    private const int Batch = 512;
    private readonly Room _room;
    private readonly ExportWatch _watch;

    private SpanQueue(Room room, Exporter exporter, ExportWatch watch)
        : base(exporter, Capacity, scheduledDelayMilliseconds: 1_000, exporterTimeoutMilliseconds: 10_000, Batch) => (_room, _watch) = (room, watch);

    public static SpanQueue Create(OtlpExporterOptions options, ExportWatch watch)
    {
        var room = new Room();
        return new(room, new(options, room, watch), watch);
    }

    public override void OnEnd(Activity data)
    {
        if (!data.Recorded) return;
        if (Interlocked.Increment(ref _room.Waiting) <= Capacity)
        {
            base.OnEnd(data);
            return;
        }

        Interlocked.Decrement(ref _room.Waiting);
        _watch.Figures.Dropped(1);
    }

    private sealed class Room
    {
        public int Waiting;
    }

    /// <summary>Counts what leaves the queue, and what of it is lost.</summary>
    private sealed class Exporter(OtlpExporterOptions options, Room room, ExportWatch watch) : OtlpTraceExporter(options)
    {
        public override ExportResult Export(in Batch<Activity> activityBatch)
        {
            var result = base.Export(activityBatch);
            Interlocked.Add(ref room.Waiting, -(int)activityBatch.Count);
            if (result == ExportResult.Failure) watch.Figures.Dropped(activityBatch.Count);
            return result;
        }
    }
}
