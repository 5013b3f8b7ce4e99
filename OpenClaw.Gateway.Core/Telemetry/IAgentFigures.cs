using System.Collections.Concurrent;

namespace OpenClaw.Gateway.Core.Telemetry;

/// <summary>One agent at this moment, on this node, since its start.</summary>
/// <param name="Open">Requests that it has not answered yet.</param>
/// <param name="LastAnswerAt">When it last answered; null = not since the start.</param>
/// <param name="FailuresLastHour">Requests that failed in the last 60 minutes.</param>
public sealed record AgentFigures(int Open, DateTimeOffset? LastAnswerAt, int FailuresLastHour)
{
    /// <summary>When a request last failed; null = not since the start.</summary>
    public DateTimeOffset? LastFailureAt { get; init; }

    /// <summary>Nothing was asked.</summary>
    public static AgentFigures None { get; } = new(0, null, 0);
}

/// <summary>What agents do at this moment, kept in memory.</summary>
public interface IAgentFigures
{
    /// <summary>The figures of an agent; <see cref="AgentFigures.None"/> for one that was never asked.</summary>
    AgentFigures FiguresOf(Guid agent);
}

/// <summary>Counts requests per agent.</summary>
internal sealed class AgentLoads(TimeProvider time) : IAgentFigures
{
    private readonly ConcurrentDictionary<Guid, AgentCounters> _agents = new();

    /// <summary>The counters of an agent, made at its first request.</summary>
    public AgentCounters For(Guid agent) => _agents.TryGetValue(agent, out var counters) ? counters : _agents.GetOrAdd(agent, static (_, clock) => new(clock), time);

    /// <summary>All agents that were asked since the start.</summary>
    public IEnumerable<Guid> Asked => _agents.Keys;

    /// <inheritdoc />
    public AgentFigures FiguresOf(Guid agent) => _agents.TryGetValue(agent, out var counters) ? counters.Figures() : AgentFigures.None;

    /// <summary>Forgets an agent that is gone.</summary>
    public void Forget(Guid agent) => _agents.TryRemove(agent, out _);
}
