using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Metrics;
using OpenClaw.Gateway.Core.Telemetry;
using OpenClaw.Portal.Components.Controls;
using OpenClaw.Portal.Components.Controls.Charts;

namespace OpenClaw.Portal.Components.Pages.Metrics;

/// <summary>What a tenant's charts show: all together, split by channel or agent, or of one of them.</summary>
/// <param name="By"><c>channel</c>, <c>agent</c> or empty.</param>
/// <param name="Channel">Only of that channel.</param>
/// <param name="Agent">Only of that agent.</param>
internal sealed record TenantChartChoice(string By, Guid? Channel, Guid? Agent);

/// <summary>Reads and makes the charts of a tenant.</summary>
internal sealed class TenantCharts(MetricQueries queries, string baseAddress)
{
    public async Task<IReadOnlyList<ChartView>> ReadAsync(Caller caller, DateTimeOffset from, DateTimeOffset to, TenantChartChoice choice, CancellationToken cancellationToken)
    {
        if (choice.Agent is { } agent) return OfAgent(await AskAsync(agent, MetricSplits.None, [MetricNames.AgentAnswers, MetricNames.AgentFailures]));
        if (choice is { By: "agent", Channel: null }) return ByAgent(await AskAsync(null, MetricSplits.Subject, [MetricNames.AgentAnswers, MetricNames.AgentFailures]));
        if (choice is { By: "channel", Channel: null }) return ByChannel(await AskAsync(null, MetricSplits.Subject, [MetricNames.Received, MetricNames.Answered, MetricNames.Dead, MetricNames.Waiting]));
        return Together(await AskAsync(choice.Channel, MetricSplits.None,
        [
            MetricNames.Received, MetricNames.Answered, MetricNames.Delivered, MetricNames.Dead, MetricNames.DeliveryFailures, MetricNames.Waiting, MetricNames.WaitingAge,
            MetricNames.AgentAnswers, MetricNames.AgentFailures, MetricNames.Refused, MetricNames.TokensRead, MetricNames.TokensWritten,
        ]), choice.Channel is null);

        async Task<Dictionary<string, MetricView>> AskAsync(Guid? subject, string by, IReadOnlyList<string> measures) =>
            (await queries.OfTenantAsync(caller, new(measures, from, to) { By = by, Subject = subject }, cancellationToken)).ToDictionary(v => v.Measure, StringComparer.Ordinal);
    }

    private IReadOnlyList<ChartView> Together(Dictionary<string, MetricView> views, bool ofTenant)
    {
        var (received, answered, delivered) = (views[MetricNames.Received], views[MetricNames.Answered], views[MetricNames.Delivered]);
        var (unit, rate) = ChartMaking.Rate(received, answered, delivered);
        List<ChartView> charts =
        [
            ChartMaking.View("Messages", ChartMaking.Sentence(
                ChartMaking.Many(Of(received), "message received", "messages received"), Of(answered) == 0 ? "none answered" : $"{Humanize.Count(Of(answered))} answered", ChartMaking.Many(Of(delivered), "reply delivered", "replies delivered")), unit, received,
                [ChartMaking.Line(received, "Received", rate), ChartMaking.Line(answered, "Answered", rate), ChartMaking.Line(delivered, "Replies delivered", rate)]) with { Link = ("Conversations", $"{baseAddress}/conversations") },
            ChartMaking.View("Answer time", ChartMaking.TellPercentiles(answered.Series[0].Total, "answer"), ChartUnit.Milliseconds, answered, ChartMaking.Percentiles(answered)),
            Failures(views, ofTenant),
            Waiting(views),
            Stages(views, ofTenant),
        ];
        if (ofTenant && Of(views[MetricNames.TokensRead]) + Of(views[MetricNames.TokensWritten]) > 0) charts.Add(Tokens(views));
        return charts;
    }

    private ChartView Failures(Dictionary<string, MetricView> views, bool ofTenant)
    {
        var (dead, agents, deliveries, refused) = (views[MetricNames.Dead], views[MetricNames.AgentFailures], views[MetricNames.DeliveryFailures], views[MetricNames.Refused]);
        List<string> words = [ChartMaking.Many(Of(dead), "dead letter", "dead letters")];
        List<ChartLine> lines = [ChartMaking.Line(dead, "Dead letters", p => p.Count)];
        if (ofTenant)
        {
            words.Add(ChartMaking.Many(Of(agents), "request to an agent failed", "requests to agents failed"));
            lines.Add(ChartMaking.Line(agents, "Failed requests to agents", p => p.Count));
        }

        words.Add(ChartMaking.Many(Of(deliveries), "attempt to deliver failed", "attempts to deliver failed"));
        lines.Add(ChartMaking.Line(deliveries, "Failed deliveries", p => p.Count));
        if (ofTenant)
        {
            words.Add(ChartMaking.Many(Of(refused), "message was refused", "messages were refused"));
            lines.Add(ChartMaking.Line(refused, "Refused messages", p => p.Count));
        }

        return ChartMaking.View("What went wrong", ChartMaking.Sentence(words), ChartUnit.Of($"in {Humanize.Duration(TimeSpan.FromSeconds(dead.Step))}"), dead, lines) with { Link = ("Dead letters", $"{baseAddress}/dead-letters") };
    }

    private ChartView Waiting(Dictionary<string, MetricView> views)
    {
        var (depth, age) = (views[MetricNames.Waiting], views[MetricNames.WaitingAge]);
        var words = depth.Series[0].Total.Max is > 0 and var most ? $"At most {Humanize.Count((long)most)} waited for an agent at a time, the longest for {Humanize.Milliseconds(age.Series[0].Total.Max ?? 0)}." : "Nothing had to wait for an agent when it was looked at, every ten seconds.";
        return ChartMaking.View("Messages that wait", words, ChartUnit.Of("at most"), depth, [ChartMaking.Line(depth, "Waiting", p => p.Max)]) with { Link = ("Queues", $"{baseAddress}/queues") };
    }

    private static ChartView Stages(Dictionary<string, MetricView> views, bool ofTenant)
    {
        var (storing, agent, sending) = (views[MetricNames.Received], views[MetricNames.AgentAnswers], views[MetricNames.Delivered]);
        List<ChartLine> lines = [ChartMaking.Line(storing, "Stored", p => p.P95), ChartMaking.Line(sending, "Delivered", p => p.P95)];
        List<string> words = [Tell(storing, "stored within"), Tell(sending, "delivered within")];
        if (ofTenant)
        {
            lines.Insert(1, ChartMaking.Line(agent, "Agent’s answer", p => p.P95));
            words.Insert(1, Tell(agent, "answered by the agent within"));
        }

        var known = words.Where(w => w.Length > 0).ToList();
        return ChartMaking.View("Where the time goes", known.Count == 0 ? "No message was measured in this time." : $"95 % are {string.Join(", ", known)}.", ChartUnit.Milliseconds with { Name = "95 % are faster" }, storing, lines);

        static string Tell(MetricView view, string words) => view.Series[0].Total.P95 is { } p95 ? $"{words} {Humanize.Milliseconds(p95)}" : "";
    }

    private static ChartView Tokens(Dictionary<string, MetricView> views)
    {
        var (read, written) = (views[MetricNames.TokensRead], views[MetricNames.TokensWritten]);
        return ChartMaking.View("Tokens", $"{Humanize.Count(Of(read))} read by models, {Humanize.Count(Of(written))} written.", ChartUnit.Of($"in {Humanize.Duration(TimeSpan.FromSeconds(read.Step))}"), read,
            [ChartMaking.Line(read, "Read", p => p.Count), ChartMaking.Line(written, "Written", p => p.Count)]);
    }

    private IReadOnlyList<ChartView> ByChannel(Dictionary<string, MetricView> views)
    {
        var (received, answered, dead, waiting) = (views[MetricNames.Received], views[MetricNames.Answered], views[MetricNames.Dead], views[MetricNames.Waiting]);
        var (unit, rate) = ChartMaking.Rate(received);
        return
        [
            ChartMaking.View("Messages by channel", Busiest(received, "message", "messages") + ChartMaking.Rest(received, "channels"), unit, received, ChartMaking.Lines(received, Channel, rate)) with { Link = ("Channels", $"{baseAddress}/channels") },
            ChartMaking.View("Answer time by channel", Slowest(answered, Channel), ChartUnit.Milliseconds with { Name = "95 % are faster" }, answered, ChartMaking.Lines(answered, Channel, p => p.P95)),
            ChartMaking.View("Dead letters by channel", ChartMaking.Sentence(ChartMaking.Many(dead.Series.Sum(s => s.Total.Count), "dead letter", "dead letters")), ChartUnit.Of($"in {Humanize.Duration(TimeSpan.FromSeconds(dead.Step))}"), dead, ChartMaking.Lines(dead, Channel, p => p.Count)) with { Link = ("Dead letters", $"{baseAddress}/dead-letters") },
            ChartMaking.View("Messages that wait, by channel", waiting.Series.Count == 0 ? "Nothing had to wait for an agent when it was looked at." : $"At most {Humanize.Count((long)waiting.Series.Max(s => s.Total.Max ?? 0))} waited at a time.", ChartUnit.Of("at most"), waiting, ChartMaking.Lines(waiting, Channel, p => p.Max)) with { Link = ("Queues", $"{baseAddress}/queues") },
        ];

        static string Channel(MetricSeriesView series) => series.Name ?? "Deleted channel";
    }

    private IReadOnlyList<ChartView> ByAgent(Dictionary<string, MetricView> views)
    {
        var (answers, failures) = (views[MetricNames.AgentAnswers], views[MetricNames.AgentFailures]);
        var (unit, rate) = ChartMaking.Rate(answers);
        return
        [
            ChartMaking.View("Answers by agent", Busiest(answers, "answer", "answers") + ChartMaking.Rest(answers, "agents"), unit, answers, ChartMaking.Lines(answers, Agent, rate)) with { Link = ("Agents", $"{baseAddress}/agents") },
            ChartMaking.View("Time to answer by agent", Slowest(answers, Agent), ChartUnit.Milliseconds with { Name = "95 % are faster" }, answers, ChartMaking.Lines(answers, Agent, p => p.P95)),
            ChartMaking.View("Failed requests by agent", ChartMaking.Sentence(ChartMaking.Many(failures.Series.Sum(s => s.Total.Count), "failed request", "failed requests")), ChartUnit.Of($"in {Humanize.Duration(TimeSpan.FromSeconds(failures.Step))}"), failures, ChartMaking.Lines(failures, Agent, p => p.Count)),
        ];

        static string Agent(MetricSeriesView series) => series.Name ?? "Deleted agent";
    }

    private static IReadOnlyList<ChartView> OfAgent(Dictionary<string, MetricView> views)
    {
        var (answers, failures) = (views[MetricNames.AgentAnswers], views[MetricNames.AgentFailures]);
        var (unit, rate) = ChartMaking.Rate(answers);
        return
        [
            ChartMaking.View("Answers", ChartMaking.Sentence(ChartMaking.Many(Of(answers), "answer", "answers")), unit, answers, [ChartMaking.Line(answers, "Answers", rate)]),
            ChartMaking.View("Time to answer", ChartMaking.TellPercentiles(answers.Series[0].Total, "answer"), ChartUnit.Milliseconds, answers, ChartMaking.Percentiles(answers)),
            ChartMaking.View("Failed requests", ChartMaking.Sentence(ChartMaking.Many(Of(failures), "failed request", "failed requests")), ChartUnit.Of($"in {Humanize.Duration(TimeSpan.FromSeconds(failures.Step))}"), failures, [ChartMaking.Line(failures, "Failed requests", p => p.Count)]),
        ];
    }

    private static long Of(MetricView view) => view.Series[0].Total.Count;

    private static string Busiest(MetricView view, string one, string many) => view.Series.Count == 0 ? $"No {one} in this time."
        : $"{view.Series[0].Name ?? "Something deleted"} has most: {ChartMaking.Many(view.Series[0].Total.Count, one, many)} of {Humanize.Count(view.Series.Sum(s => s.Total.Count))}.";

    private static string Slowest(MetricView view, Func<MetricSeriesView, string> name) => view.Series.Where(s => s.Total.P95 is not null).MaxBy(s => s.Total.P95) is { } slowest
        ? $"The slowest is {name(slowest)}: 95 % within {Humanize.Milliseconds(slowest.Total.P95!.Value)}." : "No answer was measured in this time.";
}
