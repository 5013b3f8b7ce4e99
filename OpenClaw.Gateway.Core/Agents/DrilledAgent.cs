using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Agents;

/// <summary>
/// An agent that is marked as a test, with the faults of a drill in its way. Wrapped around the kind's own code and inside all that guards and counts
/// calls, so that a fault is to them what a real one is. Others are not wrapped, and pay nothing. Also what answers in process counts as a call outside.
/// </summary>
internal class DrilledAgent(Guid agent, IAgent inner, IDrills drills, TimeProvider time) : IRetiringAgent
{
    /// <summary>The agent with drills in its way.</summary>
    public static IAgent Of(Guid agent, IAgent inner, IDrills drills, TimeProvider time) =>
        inner is IPlacedAgent placed ? new DrilledPlacedAgent(agent, placed, drills, time) : new DrilledAgent(agent, inner, drills, time);

    public void Retire() => (inner as IRetiringAgent)?.Retire();

    public async ValueTask<AgentOutcome> AskAsync(AgentRequest request, IAnswerSink sink, CancellationToken cancellationToken)
    {
        if (drills.Next(SubjectKind.Agent, agent) is { } step)
        {
            if (step.Delay > TimeSpan.Zero) await Task.Delay(step.Delay, time, cancellationToken).ConfigureAwait(false);
            if (step.Failure is { } failure) return AgentOutcome.Failed(failure.Kind, failure.Cause, failure.Detail, failure.RetryAfter);
        }

        return await inner.AskAsync(request, sink, cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>The same for an agent whose requests need a place.</summary>
internal sealed class DrilledPlacedAgent(Guid agent, IPlacedAgent inner, IDrills drills, TimeProvider time) : DrilledAgent(agent, inner, drills, time), IPlacedAgent
{
    private readonly Guid _agent = agent;
    private readonly IDrills _drills = drills;
    private readonly TimeProvider _time = time;

    public Obstacle? InTheWay() => inner.InTheWay();

    public async ValueTask<IAgentPlace?> ReserveAsync(CancellationToken cancellationToken) =>
        await inner.ReserveAsync(cancellationToken).ConfigureAwait(false) is { } place ? new Place(_agent, place, _drills, _time) : null;

    private sealed class Place(Guid agent, IAgentPlace inner, IDrills drills, TimeProvider time) : DrilledAgent(agent, inner, drills, time), IAgentPlace
    {
        public void Dispose() => inner.Dispose();
    }
}
