using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Agents;

/// <summary>
/// An agent that is marked as a test, with the faults of a drill in its way. Wrapped around the kind's own code and inside all that guards and counts
/// calls, so that a fault is to them what a real one is. Others are not wrapped, and pay nothing. Also what answers in process counts as a call outside.
/// </summary>
internal sealed class DrilledAgent(Guid agent, IAgent inner, IDrills drills, TimeProvider time) : IAgent
{
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
