using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Administration.DeadLetters;

/// <summary>The one table of what each cause of a dead letter means and what a person can do (docs/operations/dead-letters.md has the same words).</summary>
public static class CauseAdvices
{
    private static readonly CauseAdvice Unknown = new("The message could not go on.", "The gateway's log says more.", "Read the detail above and the gateway's log, mend what they name, then replay.", "none");

    private static readonly Dictionary<string, CauseAdvice> Table = new(StringComparer.Ordinal)
    {
        [DeadLetterCauses.NoRoute] = new(
            "No agent was responsible for the message.",
            "No routing rule took it, its channel has no agent, and the tenant has no default agent; or its channel was deleted.",
            "Add a rule that takes such messages, set an agent for the channel, or a default agent. Then replay.", "routing"),
        [DeadLetterCauses.AgentUnavailable] = new(
            "The agent that should answer could not be used.",
            "It is switched off or deleted, or its circuit stayed open for longer than messages of the channel wait (maxWaitMinutes).",
            "Switch it on or mend it and see its circuit close, or replay to another agent.", "agent"),
        [DeadLetterCauses.AgentTimeout] = new(
            "The agent did not answer in time.",
            "It is too slow, overloaded or stuck. It may have acted on the message nevertheless.",
            "Make it answer sooner, stream, or answer 202 and send the answer later; or raise its time-out. See in its log whether it acted before you replay.", "agent"),
        [DeadLetterCauses.AgentUnreachable] = new(
            "The connection to the agent could not be made, or broke.",
            "It does not run, its URL is wrong, or the network between is down.",
            "See that it runs and that its test succeeds, then replay.", "agent"),
        [DeadLetterCauses.AgentError] = new(
            "The agent answered with an error.",
            "It has a fault, or it refused the request: a wrong signing secret or key is the usual reason for 401 and 403.",
            "Read what it answered and its own log, mend it, then replay a few before the rest.", "agent"),
        [DeadLetterCauses.AgentBadAnswer] = new(
            "The agent's answer could not be read.",
            "It is not what the contract describes: another content type, broken JSON, no \"messages\".",
            "Let it answer as docs/contracts/agents.md describes, see that its test succeeds, then replay.", "agent"),
        [DeadLetterCauses.AgentAnswerTooLarge] = new(
            "The agent's answer was larger than the gateway takes.",
            "It sent too many messages, or too long ones.",
            "Let it answer with less, then replay.", "agent"),
        [DeadLetterCauses.AgentNoAnswer] = new(
            "The agent said that it answers later, and did not in time.",
            "Its own work failed or took longer than answerWithinSeconds.",
            "See in its log what became of the work. Raise the time if it needs more, then replay.", "agent"),
        [DeadLetterCauses.DestinationForbidden] = new(
            "The agent's address is one that the gateway must not call.",
            "It is private or local, and nobody has allowed it.",
            "The owner of the installation can allow the host under Installation, Network (Security:PrivateHosts). Then replay.", "network"),
        [DeadLetterCauses.HandoffFailed] = new(
            "An agent handed the message on, and nobody took it.",
            "The other agent is not there or switched off, or agents handed it to each other more than five times.",
            "Make the agent that was named, or mend the one that names it. Then replay.", "agent"),
        [DeadLetterCauses.Internal] = new(
            "The gateway itself failed.",
            "A fault of the gateway, or of its database; its log has the reason.",
            "Look into the gateway's log. Replay when the reason is gone; if it comes again, report it.", "none"),
        [DeadLetterCauses.Poison] = new(
            "The message made the gateway fail three times over, so it was set aside.",
            "Something in it is more than the gateway's code can handle.",
            "Look at the message and at the gateway's log. Release it once the fault is mended, or discard it.", "conversation"),
        [DeadLetterCauses.Loop] = new(
            "The message belongs to a loop: two programs answered each other, so it was set aside.",
            "Another bot or an automatic reply answers ours, or the same text came round again and again.",
            "See who wrote it. Release it if a person did; else discard it, and keep the other program out of the channel.", "channel"),
        [DeadLetterCauses.ChannelUnavailable] = new(
            "The reply could not be sent: its platform was out of reach for too long.",
            "The platform is down, the channel is switched off or paused, or its circuit stayed open.",
            "See that the channel's test succeeds and its circuit closes, then replay: the same reply is sent again, the agent is not asked.", "channel"),
        [DeadLetterCauses.ChannelTimeout] = new(
            "The platform did not answer in time when the reply was sent.",
            "It is slow or overloaded. It may have taken the reply nevertheless.",
            "See in the conversation on the platform whether it arrived before you replay.", "channel"),
        [DeadLetterCauses.ChannelError] = new(
            "The platform answered with an error when the reply was sent.",
            "It has a fault, or it limits how much may be sent.",
            "See that the channel's test succeeds, then replay: the same reply is sent again.", "channel"),
        [DeadLetterCauses.ChannelRejected] = new(
            "The platform refused the reply, and would refuse it again.",
            "The credential does not hold any more, the conversation is closed to us, or the reply is not what it takes.",
            "Read what it said. Mend the channel's credential or the agent's answer, then replay; or discard.", "channel"),
    };

    /// <summary>The advice for one of <see cref="DeadLetterCauses"/>.</summary>
    public static CauseAdvice For(string cause) => Table.GetValueOrDefault(cause, Unknown);
}
