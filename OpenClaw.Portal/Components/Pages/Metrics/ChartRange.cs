namespace OpenClaw.Portal.Components.Pages.Metrics;

/// <summary>A stretch of time that charts show, as the address names it.</summary>
/// <param name="Name">In the address; empty for the usual one.</param>
/// <param name="Text">On the button.</param>
/// <param name="Words">In a sentence.</param>
/// <param name="Length">How long.</param>
/// <param name="Align">Its end is at a multiple of so many seconds, so that the axis is.</param>
/// <param name="Ticks">Parts of the axis.</param>
/// <param name="Refresh">How often the charts are read anew.</param>
public sealed record ChartRange(string Name, string Text, string Words, TimeSpan Length, int Align, int Ticks, TimeSpan Refresh)
{
    private static readonly TimeSpan Live = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Slow = TimeSpan.FromMinutes(1);

    /// <summary>All of them, from short to long.</summary>
    public static IReadOnlyList<ChartRange> All { get; } =
    [
        new("15m", "15 min", "the last 15 minutes", TimeSpan.FromMinutes(15), 60, 5, Live),
        new("", "1 h", "the last hour", TimeSpan.FromHours(1), 60, 6, Live),
        new("6h", "6 h", "the last 6 hours", TimeSpan.FromHours(6), 180, 6, Live),
        new("24h", "24 h", "the last 24 hours", TimeSpan.FromHours(24), 600, 6, Slow),
        new("7d", "7 days", "the last 7 days", TimeSpan.FromDays(7), 3600, 7, Slow),
        new("30d", "30 days", "the last 30 days", TimeSpan.FromDays(30), 21600, 6, Slow),
    ];

    /// <summary>The one that an address names; the usual one where it names none that there is.</summary>
    public static ChartRange Of(string? name) => All.FirstOrDefault(r => r.Name == (name ?? "")) ?? All[1];

    /// <summary>It is read anew as often as figures come.</summary>
    public bool IsLive => Refresh == Live;

    /// <summary>From when to when, at that moment.</summary>
    public (DateTimeOffset From, DateTimeOffset To) At(DateTimeOffset now)
    {
        var to = MetricSpans.Ceiling(now, Align);
        return (to - Length, to);
    }
}

/// <summary>Round moments.</summary>
internal static class MetricSpans
{
    /// <summary>The next multiple of so many seconds.</summary>
    public static DateTimeOffset Ceiling(DateTimeOffset at, int seconds)
    {
        var length = seconds * TimeSpan.TicksPerSecond;
        var since = at.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        return new(DateTimeOffset.UnixEpoch.UtcTicks + ((since + length - 1) / length * length), TimeSpan.Zero);
    }
}
