using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Administration.Metrics;

/// <summary>This node's figures in Prometheus' text format (docs/operations/scaling.md says what each means).</summary>
public sealed class MetricsPage
{
    /// <summary>What the answer is.</summary>
    public const string ContentType = PrometheusText.ContentType;

    private static readonly (RefusalCode Code, string Name)[] Refusals =
    [
        (RefusalCode.Overloaded, "overloaded"), (RefusalCode.RateLimited, "rate_limited"), (RefusalCode.TooLarge, "too_large"), (RefusalCode.NotAllowed, "not_allowed"), (RefusalCode.Invalid, "invalid"),
    ];

    private readonly ICatalog _catalog;
    private readonly SessionTable _sessions;
    private readonly ILiveFigures _figures;
    private readonly TenantLoads _loads;
    private readonly AgentLoads _agents;
    private readonly ICircuits _circuits;
    private readonly ScaleSignal _signal;
    private readonly TimeProvider _time;

    internal MetricsPage(ICatalog catalog, SessionTable sessions, ILiveFigures figures, TenantLoads loads, AgentLoads agents, ICircuits circuits, ScaleSignal signal, TimeProvider time) =>
        (_catalog, _sessions, _figures, _loads, _agents, _circuits, _signal, _time) = (catalog, sessions, figures, loads, agents, circuits, signal, time);

    /// <summary>All figures of the node, or those of one tenant and of the node as a whole.</summary>
    public string Write(Guid? tenant = null)
    {
        var tenants = _catalog.Tenants.Where(t => tenant is null || t.Id == tenant).OrderBy(t => t.Slug, StringComparer.Ordinal).ToList();
        var channels = _catalog.Channels.Where(c => tenant is null || c.Tenant.Id == tenant).OrderBy(c => c.Tenant.Slug, StringComparer.Ordinal).ThenBy(c => c.Name, StringComparer.Ordinal).ToList();
        var agents = _agents.Asked.Select(_catalog.FindAgent).OfType<AgentModel>().Where(a => tenant is null || a.Tenant.Id == tenant).OrderBy(a => a.Tenant.Slug, StringComparer.Ordinal).ThenBy(a => a.Name, StringComparer.Ordinal).ToList();
        var text = new PrometheusText();
        WriteQueues(text, channels);
        WriteMessages(text, tenants, channels);
        text.Metric("openclaw_open_requests", MetricType.Gauge, "Requests that an agent has not answered yet.");
        foreach (var agent in agents) text.Sample(_agents.FiguresOf(agent.Id).Open, ("tenant", agent.Tenant.Slug), ("agent", agent.Name));
        WriteCircuits(text, agents, channels);
        WriteNode(text);
        return text.ToString();
    }

    private void WriteQueues(PrometheusText text, IReadOnlyList<ChannelModel> channels)
    {
        var backlogs = _sessions.Backlogs().ToDictionary(b => b.Channel);
        text.Metric("openclaw_queue_depth", MetricType.Gauge, "Messages that are accepted and that no agent has been given yet.");
        foreach (var channel in channels) text.Sample(backlogs.GetValueOrDefault(channel.Id).Messages, ("tenant", channel.Tenant.Slug), ("channel", channel.Name));
        var oldest = channels.Where(c => backlogs.ContainsKey(c.Id)).Select(c => backlogs[c.Id].OldestAt).DefaultIfEmpty(long.MaxValue).Min();
        text.Metric("openclaw_queue_oldest_seconds", MetricType.Gauge, "Age of the oldest message that no agent has been given yet; 0 when none waits.");
        text.Sample(oldest == long.MaxValue ? 0 : Math.Max(0, (Micros.Now(_time) - oldest) / 1e6));
    }

    private void WriteMessages(PrometheusText text, IReadOnlyList<TenantModel> tenants, IReadOnlyList<ChannelModel> channels)
    {
        var figures = tenants.SelectMany(t => _figures.Snapshot(t.Id).Channels).ToDictionary(c => c.Channel);
        Count("openclaw_messages_accepted_total", "Messages made durable since the start of the node.", f => f.Accepted);
        Count("openclaw_messages_answered_total", "Messages answered since the start of the node.", f => f.Answered);
        Count("openclaw_messages_dead_total", "Messages that became dead letters since the start of the node, quarantined ones too.", f => f.DeadLetters);
        text.Metric("openclaw_messages_refused_total", MetricType.Counter, "Messages refused since the start of the node; nothing of them was kept.");
        foreach (var tenant in tenants)
        {
            var load = _loads.Of(tenant.Id);
            foreach (var (code, name) in Refusals) text.Sample(load.RefusedFor(code), ("tenant", tenant.Slug), ("reason", name));
        }

        text.Metric("openclaw_messages_in_memory", MetricType.Gauge, "Messages in the mailboxes of sessions: being answered, held back, or waiting for either.");
        foreach (var tenant in tenants) text.Sample(_loads.Of(tenant.Id).InMailboxes, ("tenant", tenant.Slug));

        void Count(string name, string help, Func<ChannelFigures, long> value)
        {
            text.Metric(name, MetricType.Counter, help);
            foreach (var channel in channels) text.Sample(figures.TryGetValue(channel.Id, out var found) ? value(found) : 0, ("tenant", channel.Tenant.Slug), ("channel", channel.Name));
        }
    }

    private void WriteCircuits(PrometheusText text, IReadOnlyList<AgentModel> agents, IReadOnlyList<ChannelModel> channels)
    {
        text.Metric("openclaw_circuit_state", MetricType.Gauge, "How a circuit stands: 0 closed, 1 half open, 2 open.");
        foreach (var agent in agents) text.Sample(State(SubjectKind.Agent, agent.Id), ("tenant", agent.Tenant.Slug), ("kind", "agent"), ("subject", agent.Name));
        foreach (var channel in channels) text.Sample(State(SubjectKind.Channel, channel.Id), ("tenant", channel.Tenant.Slug), ("kind", "channel"), ("subject", channel.Name));

        double State(SubjectKind kind, Guid subject) => _circuits.Of(kind, subject).State switch
        {
            CircuitState.Open => 2,
            CircuitState.HalfOpen => 1,
            _ => 0,
        };
    }

    private void WriteNode(PrometheusText text)
    {
        text.Metric("openclaw_ingress_used_ratio", MetricType.Gauge, "Messages on their way to an agent as a share of Limits:IngressQueue; at 1 new ones are refused.").Sample(_signal.IngressUsed);
        text.Metric("openclaw_scale_pressure", MetricType.Gauge, "How much of what the node can do it has to do: 0 nothing, 1 all, 1 and more while it refuses messages. For autoscalers.").Sample(_signal.Pressure());
    }
}
