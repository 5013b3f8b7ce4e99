using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Administration.Agents;

/// <summary>What a person can do about an agent that gave no answer.</summary>
public static class FailureAdvice
{
    /// <summary>The advice for one of <see cref="DeadLetterCauses"/>.</summary>
    public static string For(string cause) => cause switch
    {
        DeadLetterCauses.AgentTimeout => "Make the agent answer sooner, stream its answer, answer 202 and send the answer later, or raise its time-out.",
        DeadLetterCauses.AgentUnreachable => "See that the agent runs, that its URL is right, and that this machine can reach it.",
        DeadLetterCauses.AgentError => "See the agent's own log: it took the request and refused it. If it checks signatures, see that it has the signing secret.",
        DeadLetterCauses.AgentBadAnswer => "Let the agent answer application/json with “messages”, or text/event-stream, as the page on agents describes.",
        DeadLetterCauses.AgentAnswerTooLarge => "Let the agent answer with less.",
        DeadLetterCauses.AgentNoAnswer => "See why the agent has not sent the answer that it promised, or raise the time that it has for it.",
        DeadLetterCauses.DestinationForbidden => "The owner of the installation can allow the host under Installation, Network (Security:PrivateHosts).",
        DeadLetterCauses.AgentUnavailable => "Switch the agent on, or choose another one.",
        _ => "The gateway's log says more.",
    };
}
