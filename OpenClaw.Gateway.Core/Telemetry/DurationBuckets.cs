namespace OpenClaw.Gateway.Core.Telemetry;

/// <summary>Durations as Prometheus and OpenTelemetry want them: how many lay at or below each bound, folded from <see cref="LatencyHistogram"/>, so exact to 12 %.</summary>
internal sealed class DurationBuckets
{
    private DurationBuckets(long[] cumulative, double sum) => (Cumulative, Sum) = (cumulative, sum);

    /// <summary>The bounds, in seconds.</summary>
    public static IReadOnlyList<double> Bounds { get; } = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

    /// <summary>How many lay at or below each bound; the last is all of them.</summary>
    public IReadOnlyList<long> Cumulative { get; }

    /// <summary>About how long all of them took together, in seconds.</summary>
    public double Sum { get; }

    public static DurationBuckets Of(ReadOnlySpan<long> fine)
    {
        var (cumulative, sum, at) = (new long[Bounds.Count + 1], 0.0, 0);
        for (var bucket = 0; bucket < fine.Length; bucket++)
        {
            if (fine[bucket] == 0) continue;
            while (at < Bounds.Count && LatencyHistogram.EndOf(bucket) > Bounds[at] * 1e6 * 1.001) at++;
            cumulative[at] += fine[bucket];
            sum += fine[bucket] * LatencyHistogram.MiddleOf(bucket) / 1e3;
        }

        for (var i = 1; i < cumulative.Length; i++) cumulative[i] += cumulative[i - 1];
        return new(cumulative, sum);
    }
}
