using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Maintenance.Metrics;

/// <summary>How long agents took to answer, and how often they failed.</summary>
internal sealed class AgentSource(AgentLoads agents, ICatalog catalog) : IMetricSource
{
    private readonly Dictionary<Guid, Seen> _agents = [];
    private readonly long[] _now = new long[LatencyHistogram.Buckets];

    public void Fold(MetricFold fold)
    {
        foreach (var agent in agents.Asked)
        {
            if (agents.Find(agent) is not { } counters || catalog.FindAgent(agent) is not { } model) continue;
            if (!_agents.TryGetValue(agent, out var seen)) _agents.Add(agent, seen = new());
            var failed = counters.Totals(_now);
            // an agent that was deleted and came back counts from nothing again
            if (failed < seen.Failed) (seen.Failed, seen.Answers) = (0, new long[LatencyHistogram.Buckets]);
            var answers = 0L;
            for (var i = 0; i < _now.Length; i++) answers += Math.Max(0, _now[i] - seen.Answers[i]);
            fold.Durations(model.Tenant.Id, MetricNames.AgentAnswers, agent, answers, _now, seen.Answers);
            fold.Count(model.Tenant.Id, MetricNames.AgentFailures, agent, failed - seen.Failed);
            seen.Failed = failed;
        }

        foreach (var gone in _agents.Keys.Where(a => agents.Find(a) is null).ToList()) _agents.Remove(gone);
    }

    private sealed class Seen
    {
        public long Failed { get; set; }

        public long[] Answers { get; set; } = new long[LatencyHistogram.Buckets];
    }
}
