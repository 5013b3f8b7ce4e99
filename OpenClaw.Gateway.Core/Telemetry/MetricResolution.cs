namespace OpenClaw.Gateway.Core.Telemetry;

/// <summary>How finely figures are kept, and for how long.</summary>
/// <param name="Seconds">The length of a span.</param>
/// <param name="Kept">How long spans of that length are kept.</param>
internal sealed record MetricResolution(int Seconds, TimeSpan Kept)
{
    /// <summary>From fine to coarse; each is a multiple of the one before it.</summary>
    public static IReadOnlyList<MetricResolution> All { get; } =
    [
        new(10, TimeSpan.FromMinutes(90)), new(60, TimeSpan.FromHours(8)), new(600, TimeSpan.FromDays(3)), new(3600, TimeSpan.FromDays(31)),
    ];

    /// <summary>What is written while it happens.</summary>
    public static MetricResolution Finest => All[0];

    /// <summary>The next finer one; null for the finest.</summary>
    public MetricResolution? Finer => All.LastOrDefault(r => r.Seconds < Seconds);

    /// <summary>A span's length.</summary>
    public TimeSpan Span => TimeSpan.FromSeconds(Seconds);

    /// <summary>Where the span begins that a moment is in.</summary>
    public DateTimeOffset Floor(DateTimeOffset at) => Floor(at, Seconds);

    /// <summary>Where a span of so many seconds begins that a moment is in.</summary>
    public static DateTimeOffset Floor(DateTimeOffset at, int seconds)
    {
        var length = seconds * TimeSpan.TicksPerSecond;
        var since = at.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        return new(DateTimeOffset.UnixEpoch.UtcTicks + (since - (((since % length) + length) % length)), TimeSpan.Zero);
    }
}
