namespace OpenClaw.Gateway.Core.Administration.Metrics;

/// <summary>What a figure is split by.</summary>
public static class MetricSplits
{
    /// <summary>Not split.</summary>
    public const string None = "none";

    /// <summary>By channel, agent or, in the installation's figures, tenant: whichever the measure is counted by.</summary>
    public const string Subject = "subject";

    /// <summary>By node: the installation's figures only.</summary>
    public const string Node = "node";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [None, Subject, Node];
}

/// <summary>Which figures are asked for.</summary>
/// <param name="Measures">Of <see cref="Telemetry.MetricNames"/>.</param>
/// <param name="From">From when on; rounded down to a step.</param>
/// <param name="To">Until when; rounded up to a step.</param>
public sealed record MetricRequest(IReadOnlyList<string> Measures, DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>Of <see cref="MetricSplits"/>.</summary>
    public string By { get; init; } = MetricSplits.None;

    /// <summary>Only of this channel, agent or tenant.</summary>
    public Guid? Subject { get; init; }

    /// <summary>Seconds between two points; null = as many points as a chart shows well.</summary>
    public int? Step { get; init; }
}

/// <summary>A measure over time.</summary>
/// <param name="Measure">Its name.</param>
/// <param name="Kind"><c>count</c>, <c>duration</c> (milliseconds) or <c>level</c>.</param>
/// <param name="From">Where the first step begins.</param>
/// <param name="To">Where the last step ends.</param>
/// <param name="Step">Seconds between two points.</param>
/// <param name="Series">One where it is not split; else one for each channel, agent, tenant or node of which there is something, most first.</param>
public sealed record MetricView(string Measure, string Kind, DateTimeOffset From, DateTimeOffset To, int Step, IReadOnlyList<MetricSeriesView> Series);

/// <summary>One line of a chart.</summary>
/// <param name="Id">The channel, agent or tenant; null where it is of none.</param>
/// <param name="Name">Its name at present, or the node's; null where it is not split, or what it was of is gone.</param>
/// <param name="Total">All of the time together.</param>
/// <param name="Points">By time. A step in which the gateway did not run (or wrote nothing down) has none; one in which nothing happened has zeros.</param>
public sealed record MetricSeriesView(Guid? Id, string? Name, MetricPointView Total, IReadOnlyList<MetricPointView> Points);

/// <summary>A step of a line. What the kind of measure does not have is null.</summary>
/// <param name="At">Where the step begins.</param>
/// <param name="Count">How many; of a level, how often it was looked at.</param>
/// <param name="PerSecond">As a rate; counts and durations.</param>
/// <param name="Mean">Durations in milliseconds, and levels.</param>
/// <param name="Max">The greatest.</param>
/// <param name="P50">Half were faster.</param>
/// <param name="P95">95 % were faster.</param>
/// <param name="P99">99 % were faster.</param>
public sealed record MetricPointView(DateTimeOffset At, long Count, double? PerSecond = null, double? Mean = null, double? Max = null, double? P50 = null, double? P95 = null, double? P99 = null);
