using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Administration.Metrics;

/// <summary>How a span of time is cut into steps, and which rows each part of it is read from.</summary>
internal sealed record MetricSteps(DateTimeOffset From, DateTimeOffset To, int Seconds)
{
    /// <summary>More points than that tell no more.</summary>
    public const int Most = 1_000;

    /// <summary>What a chart shows well, and what is round for people.</summary>
    private const int Good = 180;
    private static readonly int[] Round = [10, 30, 60, 180, 300, 600, 1_200, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400];

    /// <summary>A coarse row is there this long after its span has ended; until then it is put together from finer ones.</summary>
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(25);

    public int Count => (int)((To - From).TotalSeconds / Seconds);

    public static MetricSteps Of(DateTimeOffset from, DateTimeOffset to, int? step, DateTimeOffset now)
    {
        if (from >= to) throw new InvalidInputException("from", "Must be before `to`.");
        var seconds = step ?? Round.FirstOrDefault(s => (to - from).TotalSeconds / s <= Good, Round[^1]);
        if (seconds < 10 || seconds % 10 != 0) throw new InvalidInputException("step", "Must be a multiple of 10 seconds.");
        // what is kept for that long has no shorter steps
        var kept = ResolutionAt(from, now).Seconds;
        if (seconds < kept || seconds % kept != 0) seconds = step is null ? Math.Max(kept, seconds - (seconds % kept)) : ((seconds / kept) + 1) * kept;
        var steps = new MetricSteps(MetricResolution.Floor(from, seconds), MetricResolution.Floor(to + TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1), seconds), seconds);
        return steps.Count <= Most ? steps : throw new InvalidInputException("step", $"There would be {steps.Count} points; ask for a longer step or a shorter time: at most {Most}.");
    }

    /// <summary>Which step a moment is in.</summary>
    public int IndexOf(DateTimeOffset at) => (int)((at - From).TotalSeconds / Seconds);

    public DateTimeOffset At(int index) => From + TimeSpan.FromSeconds((long)index * Seconds);

    /// <summary>The coarsest rows that do, and finer ones for what is too young to be in them.</summary>
    public IEnumerable<(int Resolution, DateTimeOffset From, DateTimeOffset To)> Parts(DateTimeOffset now)
    {
        var from = From;
        foreach (var resolution in MetricResolution.All.Reverse().Where(r => Seconds % r.Seconds == 0))
        {
            var until = resolution == MetricResolution.Finest ? To : Min(resolution.Floor(now - Lag), To);
            if (until <= from) continue;
            yield return (resolution.Seconds, from, until);
            from = until;
        }
    }

    private static MetricResolution ResolutionAt(DateTimeOffset from, DateTimeOffset now) => MetricResolution.All.FirstOrDefault(r => from >= now - r.Kept, MetricResolution.All[^1]);

    private static DateTimeOffset Min(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
