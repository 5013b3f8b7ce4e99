using OpenClaw.Gateway.Core.Administration.Metrics;
using OpenClaw.Portal.Components.Controls;
using OpenClaw.Portal.Components.Controls.Charts;

namespace OpenClaw.Portal.Components.Pages.Metrics;

/// <summary>Makes lines of charts from the figures that were read.</summary>
internal static class ChartMaking
{
    /// <summary>More lines cannot be told apart.</summary>
    public const int MostLines = TimeChart.Looks;

    /// <summary>One value of each point, null where nothing was recorded.</summary>
    public static ChartLine Line(MetricView view, MetricSeriesView series, string name, Func<MetricPointView, double?> value)
    {
        var values = new double?[(int)((view.To - view.From).TotalSeconds / view.Step)];
        foreach (var point in series.Points) values[(int)((point.At - view.From).TotalSeconds / view.Step)] = value(point);
        return new(name, values);
    }

    /// <summary>The only line of figures that are not split.</summary>
    public static ChartLine Line(MetricView view, string name, Func<MetricPointView, double?> value) => Line(view, view.Series[0], name, value);

    /// <summary>A line for each of the busiest.</summary>
    public static IReadOnlyList<ChartLine> Lines(MetricView view, Func<MetricSeriesView, string> name, Func<MetricPointView, double?> value)
    {
        List<ChartLine> lines = [];
        foreach (var series in view.Series.Take(MostLines))
        {
            var called = name(series);
            // two that are gone have the same name
            lines.Add(Line(view, series, lines.Any(l => l.Name == called) ? $"{called} ({series.Id.ToString()![^4..]})" : called, value));
        }

        return lines;
    }

    public static ChartView View(string title, string words, ChartUnit unit, MetricView of, IReadOnlyList<ChartLine> lines) => new(title, words, unit, of.From, of.Step, lines);

    /// <summary>Rates by second where there is much, by minute where there is little.</summary>
    public static (ChartUnit Unit, Func<MetricPointView, double?> Value) Rate(params IEnumerable<MetricView> views)
    {
        var most = views.SelectMany(v => v.Series).SelectMany(s => s.Points).Select(p => p.PerSecond ?? 0).DefaultIfEmpty(0).Max();
        return most >= 2 ? (ChartUnit.Of("per second"), p => p.PerSecond) : (ChartUnit.Of("per minute"), p => p.PerSecond * 60);
    }

    /// <summary>p50, p95 and p99 as lines; nothing where nothing was measured.</summary>
    public static IReadOnlyList<ChartLine> Percentiles(MetricView view) =>
        [Line(view, "Half (p50)", p => p.P50), Line(view, "95 % (p95)", p => p.P95), Line(view, "99 % (p99)", p => p.P99)];

    public static string TellPercentiles(MetricPointView total, string what) => total.P50 is null ? $"No {what} was measured in this time."
        : $"Half were faster than {Humanize.Milliseconds(total.P50.Value)}, 95 % than {Humanize.Milliseconds(total.P95!.Value)}, 99 % than {Humanize.Milliseconds(total.P99!.Value)}; the slowest took {Humanize.Milliseconds(total.Max!.Value)}.";

    /// <summary><c>one failure</c>, <c>12 failures</c>, <c>no failure</c>.</summary>
    public static string Many(long count, string one, string many) => count switch { 0 => $"no {one}", 1 => $"one {one}", _ => $"{Humanize.Count(count)} {many}" };

    public static string Sentence(params IEnumerable<string> parts)
    {
        var text = string.Join(", ", parts);
        return text.Length == 0 ? "" : $"{char.ToUpperInvariant(text[0])}{text[1..]}.";
    }

    /// <summary>What is not drawn.</summary>
    public static string Rest(MetricView view, string what) => view.Series.Count > MostLines ? $" The {MostLines} busiest of {view.Series.Count} {what} are drawn." : "";
}
