using System.Globalization;

namespace OpenClaw.Portal.Components.Controls.Charts;

/// <summary>A chart over time: lines that share an axis, and what they say in words.</summary>
/// <param name="Title">What is measured.</param>
/// <param name="Words">The numbers that matter, in a sentence.</param>
/// <param name="Unit">How values are told.</param>
/// <param name="From">Where the first step begins.</param>
/// <param name="Step">Seconds between two values.</param>
/// <param name="Lines">What is drawn, the most important first.</param>
public sealed record ChartView(string Title, string Words, ChartUnit Unit, DateTimeOffset From, int Step, IReadOnlyList<ChartLine> Lines)
{
    /// <summary>Steps on the axis.</summary>
    public int Count { get; init; } = Lines.Count == 0 ? 0 : Lines.Max(l => l.Values.Count);

    /// <summary>Where the list behind it stands.</summary>
    public (string Text, string Address)? Link { get; init; }

    /// <summary>Where the last step ends.</summary>
    public DateTimeOffset To => From + TimeSpan.FromSeconds((long)Step * Count);

    /// <summary>Something was recorded.</summary>
    public bool HasValues => Lines.Any(l => l.Values.Any(v => v is not null));

    /// <summary>Where a step begins.</summary>
    public DateTimeOffset At(int index) => From + TimeSpan.FromSeconds((long)Step * index);
}

/// <summary>A line: a value for each step, null where nothing was recorded.</summary>
public sealed record ChartLine(string Name, IReadOnlyList<double?> Values);

/// <summary>How a chart's values are told.</summary>
/// <param name="Name">What stands at the axis: <c>per second</c>.</param>
/// <param name="Kind"><c>ms</c>, <c>number</c> or <c>percent</c>; the browser tells values in the same way.</param>
public sealed record ChartUnit(string Name, string Kind)
{
    /// <summary>Durations in milliseconds.</summary>
    public static ChartUnit Milliseconds { get; } = new("time", "ms");

    /// <summary>Whole things.</summary>
    public static ChartUnit Of(string what) => new(what, "number");

    /// <summary>A value in words.</summary>
    public string Tell(double value) => Kind switch
    {
        "ms" => Humanize.Milliseconds(value),
        "percent" => string.Create(CultureInfo.InvariantCulture, $"{value:0.#} %"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value:#,0.##}"),
    };
}
