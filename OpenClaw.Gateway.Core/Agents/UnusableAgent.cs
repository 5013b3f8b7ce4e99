using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Agents;

/// <summary>Stands in for an agent whose saved configuration cannot be used, and says why.</summary>
internal sealed class UnusableAgent(string why) : IUnboundedAgent
{
    public ValueTask<AgentOutcome> AskAsync(AgentRequest request, IAnswerSink sink, CancellationToken cancellationToken) =>
        new(AgentOutcome.Failed(FailureKind.Permanent, DeadLetterCauses.AgentUnavailable, why));
}
