using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Administration.Metrics;

/// <summary>Rows of one line, put together by step: whatever nodes and resolutions they are of.</summary>
internal sealed class MetricCells(MetricKind kind, MetricSteps steps)
{
    private readonly Cell?[] _cells = new Cell?[steps.Count];
    private readonly Cell _all = new();

    /// <summary>How much there is, for the order of lines.</summary>
    public double Weight => kind == MetricKind.Level ? _all.Max : _all.Count;

    public void Add(MetricPoint row)
    {
        var index = steps.IndexOf(row.At);
        if (index < 0 || index >= _cells.Length) return;
        (_cells[index] ??= new()).Add(row);
        _all.Add(row);
    }

    public MetricPointView Total(double recordedSeconds) => View(steps.From, _all, recordedSeconds);

    public IReadOnlyList<MetricPointView> Points(IReadOnlyList<double> recordedSeconds)
    {
        var points = new List<MetricPointView>(_cells.Length);
        for (var i = 0; i < _cells.Length; i++)
            if (recordedSeconds[i] > 0 || _cells[i] is not null) points.Add(View(steps.At(i), _cells[i] ?? Cell.Nothing, Math.Max(recordedSeconds[i], MetricResolution.Finest.Seconds)));
        return points;
    }

    private MetricPointView View(DateTimeOffset at, Cell cell, double seconds) => kind switch
    {
        // looked at every ten seconds; where there was nothing, nothing was written
        MetricKind.Level => new(at, cell.Count, Mean: cell.Count == 0 ? 0 : Rounded(cell.Sum / cell.Count), Max: Rounded(cell.Max)),
        MetricKind.Duration when cell.Latency is { Count: > 0 } latency => new(at, cell.Count, Rate(cell, seconds), Rounded(cell.Sum / latency.Count), Rounded(cell.Max), Rounded(latency.P50), Rounded(latency.P95), Rounded(latency.P99)),
        _ => new(at, cell.Count, Rate(cell, seconds)),
    };

    private static double Rate(Cell cell, double seconds) => seconds <= 0 ? 0 : Math.Round(cell.Count / seconds, 4);

    private static double Rounded(double value) => Math.Round(value, 3);

    private sealed class Cell
    {
        private long[]? _buckets;

        public static Cell Nothing { get; } = new();

        public long Count { get; private set; }

        public double Sum { get; private set; }

        public double Max { get; private set; }

        public LatencyFigures Latency => _buckets is null ? default : LatencyHistogram.Figures(_buckets);

        public void Add(MetricPoint row)
        {
            (Count, Sum, Max) = (Count + row.Count, Sum + row.Sum, Math.Max(Max, row.Max));
            if (row.Buckets is { } bytes) LatencyBytes.AddTo(_buckets ??= new long[LatencyHistogram.Buckets], bytes);
        }
    }
}
