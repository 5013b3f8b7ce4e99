using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Administration.Metrics;

/// <content>Agents, circuits, and the node as a whole.</content>
internal sealed partial class MetricFamilies
{
    private IEnumerable<MetricFamily> OfAgents()
    {
        yield return Gauge("openclaw.open_requests", "{request}", "Requests that an agent has not answered yet.", view => view.Agents.Select(a => Of(a, agents.FiguresOf(a.Id).Open)));
        yield return Durations("gen_ai.client.operation.duration", "How long agents took to answer, in seconds; requests that failed are not in it.", view => view.Agents.Select(a => new MetricSample(0, ("tenant", a.Tenant.Slug), ("agent", a.Name)) { Buckets = Answers(a.Id).Buckets }));
        yield return Count("openclaw.agent.failures", "{request}", "Requests to an agent that failed since the start of the node, those counted that are made again.", view => view.Agents.Select(a => Of(a, Answers(a.Id).Failed)));
        yield return Count("openclaw.tokens", "{token}", "Tokens that models read (input) and wrote (output) today; begins anew at midnight UTC.", view => view.Tenants.SelectMany(t => new MetricSample[]
        {
            new(usage.Now(t.Id).InputTokens, ("tenant", t.Slug), ("type", "input")), new(usage.Now(t.Id).OutputTokens, ("tenant", t.Slug), ("type", "output")),
        }));
        yield return Gauge("openclaw.circuit.state", "", "How a circuit stands: 0 closed, 1 half open, 2 open.", view =>
        [
            .. view.Agents.Select(a => new MetricSample(State(SubjectKind.Agent, a.Id), ("tenant", a.Tenant.Slug), ("kind", "agent"), ("subject", a.Name))),
            .. view.Channels.Select(c => new MetricSample(State(SubjectKind.Channel, c.Id), ("tenant", c.Tenant.Slug), ("kind", "channel"), ("subject", c.Name))),
        ]);
    }

    private IEnumerable<MetricFamily> OfNode()
    {
        yield return Node("openclaw.sessions.in_memory", MetricType.Gauge, "{session}", "Sessions in memory.", () => sessions.Count);
        yield return Count("openclaw.session.lookups", "{lookup}", "Looks for a message's session since the start of the node: hit = it was in memory, miss = it was read from the database or begun.", _ => [new(sessions.Found, ("result", "hit")), new(sessions.Loaded, ("result", "miss"))]);
        yield return Node("openclaw.journal.groups", MetricType.Counter, "{group}", "Transactions that the journal committed since the start of the node.", () => journal.Groups);
        yield return Node("openclaw.journal.entries", MetricType.Counter, "{entry}", "Entries in those transactions: entries by groups is the size of a group.", () => journal.Entries);
        yield return Durations("openclaw.journal.commit.duration", "How long the journal's transactions took, in seconds.", _ => [new(0) { Buckets = Commits() }]);
        yield return Node("openclaw.database.up", MetricType.Gauge, "", "1 while the database takes writes, 0 while it does not and messages are refused.", () => journal.Fault is null ? 1 : 0);
        yield return Node("openclaw.events.dropped", MetricType.Counter, "{event}", "Events that listeners did not get because they were too slow, since the start of the node.", () => events.Dropped);
        yield return Node("openclaw.otlp.dropped_spans", MetricType.Counter, "{span}", "Spans that the collector did not get, since the start of the node.", () => export.DroppedSpans);
        yield return Node("openclaw.otlp.failed_requests", MetricType.Counter, "{request}", "Requests to the collector that failed, since the start of the node.", () => export.FailedRequests);
        yield return Node("openclaw.ingress.used", MetricType.Gauge, "1", "Messages on their way to an agent as a share of Limits:IngressQueue; at 1 new ones are refused.", () => signal.IngressUsed);
        yield return Node("openclaw.scale.pressure", MetricType.Gauge, "", "How much of what the node can do it has to do: 0 nothing, 1 all, 1 and more while it refuses messages. For autoscalers.", signal.Pressure);
    }

    private (DurationBuckets Buckets, long Failed) Answers(Guid agent)
    {
        var fine = new long[LatencyHistogram.Buckets];
        var failed = agents.Find(agent)?.Totals(fine) ?? 0;
        return (DurationBuckets.Of(fine), failed);
    }

    private DurationBuckets Commits()
    {
        var fine = new long[LatencyHistogram.Buckets];
        journal.ReadCommits(fine);
        return DurationBuckets.Of(fine);
    }

    private double State(SubjectKind kind, Guid subject) => circuits.Of(kind, subject).State switch
    {
        CircuitState.Open => 2,
        CircuitState.HalfOpen => 1,
        _ => 0,
    };

    private static MetricSample Of(AgentModel agent, double value) => new(value, ("tenant", agent.Tenant.Slug), ("agent", agent.Name));

    private static MetricFamily Node(string name, MetricType type, string unit, string help, Func<double> value) => new(name, type, unit, help, _ => [new(value())]);
}
