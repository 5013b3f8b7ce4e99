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

    /// <summary>Requests that wait for their turn at it.</summary>
    public int Coming { get; init; }

    /// <summary>Requests of the last 60 minutes.</summary>
    public long AskedLastHour { get; init; }

    /// <summary>How long it took to answer of late, in milliseconds; null = not known.</summary>
    public double? LatencyMs { get; init; }

    /// <summary>How long it took of late until its first token, in milliseconds; null = not known.</summary>
    public double? FirstTokenMs { get; init; }

    /// <summary>What the checks of its health say; null = it is not checked, or not yet.</summary>
    public AgentHealth? Health { get; init; }

    /// <summary>Nothing was asked.</summary>
    public static AgentFigures None { get; } = new(0, null, 0);
}

/// <summary>What the checks of an agent's health say, on this node.</summary>
/// <param name="Ok">It is well: one that is not is passed over while others can answer.</param>
/// <param name="CheckedAt">When it was last looked.</param>
/// <param name="Detail">What was seen, for people.</param>
public sealed record AgentHealth(bool Ok, DateTimeOffset CheckedAt, string Detail);

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

    /// <summary>Hears of each duration too; null = nobody does.</summary>
    public IDurationRecorder? Recorder { get; set; }

    private TimeProvider Time => time;

    /// <summary>The counters of an agent, made at its first request.</summary>
    public AgentCounters For(Guid agent) => _agents.TryGetValue(agent, out var counters) ? counters : _agents.GetOrAdd(agent, static (id, loads) => new(loads.Time) { Timed = took => loads.Recorder?.Took(id, took) }, this);

    /// <summary>The counters of an agent; null when it was never asked.</summary>
    public AgentCounters? Find(Guid agent) => _agents.GetValueOrDefault(agent);

    /// <summary>All agents that were asked since the start.</summary>
    public IEnumerable<Guid> Asked => _agents.Keys;

    /// <inheritdoc />
    public AgentFigures FiguresOf(Guid agent) => _agents.TryGetValue(agent, out var counters) ? counters.Figures() : AgentFigures.None;

    /// <summary>Forgets an agent that is gone.</summary>
    public void Forget(Guid agent) => _agents.TryRemove(agent, out _);
}
