using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Metrics;
using OpenClaw.Gateway.Core.Telemetry;
using OpenClaw.Portal.Components.Controls;
using OpenClaw.Portal.Components.Controls.Charts;

namespace OpenClaw.Portal.Components.Pages.Metrics;

/// <summary>Reads and makes the charts of the installation: tenants by load, the journal, nodes.</summary>
internal sealed class OwnerCharts(MetricQueries queries)
{
    public async Task<IReadOnlyList<ChartView>> ReadAsync(Caller caller, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var tenants = await AskAsync(MetricSplits.Subject, [MetricNames.Received, MetricNames.Dead]);
        var together = await AskAsync(MetricSplits.None, [MetricNames.Answered, MetricNames.JournalGroups, MetricNames.JournalEntries, MetricNames.EventsDropped]);
        var nodes = await AskAsync(MetricSplits.Node, [MetricNames.NodeProcessor, MetricNames.NodeMemory]);
        return [.. OfTenants(tenants), AnswerTime(together[MetricNames.Answered]), Commits(together), Group(together), .. OfNodes(nodes, together[MetricNames.EventsDropped])];

        async Task<Dictionary<string, MetricView>> AskAsync(string by, IReadOnlyList<string> measures) =>
            (await queries.OfInstallationAsync(caller, new(measures, from, to) { By = by }, cancellationToken)).ToDictionary(v => v.Measure, StringComparer.Ordinal);
    }

    private static IEnumerable<ChartView> OfTenants(Dictionary<string, MetricView> views)
    {
        var (received, dead) = (views[MetricNames.Received], views[MetricNames.Dead]);
        var (unit, rate) = ChartMaking.Rate(received);
        var words = received.Series.Count == 0 ? "No message in this time."
            : $"{ChartMaking.Sentence(ChartMaking.Many(received.Series.Sum(s => s.Total.Count), "message", "messages"))} {received.Series[0].Name ?? "A removed tenant"} has most: {Humanize.Count(received.Series[0].Total.Count)}.{ChartMaking.Rest(received, "tenants")}";
        yield return ChartMaking.View("Messages by tenant", words, unit, received, ChartMaking.Lines(received, Tenant, rate)) with { Link = ("Tenants", "owner/tenants") };
        yield return ChartMaking.View("Dead letters by tenant", ChartMaking.Sentence(ChartMaking.Many(dead.Series.Sum(s => s.Total.Count), "dead letter", "dead letters")), ChartUnit.Of($"in {Humanize.Duration(TimeSpan.FromSeconds(dead.Step))}"), dead, ChartMaking.Lines(dead, Tenant, p => p.Count));

        static string Tenant(MetricSeriesView series) => series.Name ?? "Removed tenant";
    }

    private static ChartView AnswerTime(MetricView answered) =>
        ChartMaking.View("Answer time of all tenants", ChartMaking.TellPercentiles(answered.Series[0].Total, "answer"), ChartUnit.Milliseconds, answered, ChartMaking.Percentiles(answered));

    private static ChartView Commits(Dictionary<string, MetricView> views)
    {
        var groups = views[MetricNames.JournalGroups];
        return ChartMaking.View("Writing to the database", ChartMaking.TellPercentiles(groups.Series[0].Total, "commit"), ChartUnit.Milliseconds, groups, ChartMaking.Percentiles(groups));
    }

    private static ChartView Group(Dictionary<string, MetricView> views)
    {
        var (groups, entries) = (views[MetricNames.JournalGroups], views[MetricNames.JournalEntries]);
        var counts = groups.Series[0].Points.ToDictionary(p => p.At, p => p.Count);
        var (all, of) = (entries.Series[0].Total.Count, groups.Series[0].Total.Count);
        var words = of == 0 ? "Nothing was written in this time." : $"{Humanize.Count(all)} entries in {Humanize.Count(of)} commits, {ChartUnit.Of("").Tell((double)all / of)} in each on average.";
        return ChartMaking.View("Entries in one commit", words, ChartUnit.Of("on average"), entries,
            [ChartMaking.Line(entries, "Entries", p => counts.GetValueOrDefault(p.At) is > 0 and var count ? (double)p.Count / count : null)]);
    }

    private static IEnumerable<ChartView> OfNodes(Dictionary<string, MetricView> views, MetricView dropped)
    {
        var (processor, memory) = (views[MetricNames.NodeProcessor], views[MetricNames.NodeMemory]);
        var lost = dropped.Series[0].Total.Count;
        var words = processor.Series.Count == 0 ? "Nothing was recorded in this time."
            : $"{ChartMaking.Sentence(ChartMaking.Many(processor.Series.Count, "node", "nodes"))} {(lost == 0 ? "No listener of events was too slow." : $"Slow listeners missed {Humanize.Count(lost)} events.")}";
        yield return ChartMaking.View("Processor by node", words, new ChartUnit("of all cores", "percent"), processor, ChartMaking.Lines(processor, Node, p => p.Mean));
        yield return ChartMaking.View("Memory by node", memory.Series.Count == 0 ? "Nothing was recorded in this time." : $"At most {ChartUnit.Of("").Tell(Math.Round(memory.Series.Max(s => s.Total.Max ?? 0)))} MB.", ChartUnit.Of("MB"), memory, ChartMaking.Lines(memory, Node, p => p.Max));

        static string Node(MetricSeriesView series) => series.Name ?? "Node";
    }
}
