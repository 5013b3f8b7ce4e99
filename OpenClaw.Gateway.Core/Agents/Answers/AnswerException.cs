using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Agents.Answers;

/// <summary>What an agent sent is no answer. Never leaves the agent's kind: it becomes an outcome there.</summary>
internal sealed class AnswerException(FailureKind kind, string cause, string message) : Exception(message)
{
    public FailureKind Kind { get; } = kind;

    /// <summary>One of <see cref="DeadLetterCauses"/>.</summary>
    public string Failure { get; } = cause;

    /// <summary>It is not what the contract describes.</summary>
    public static AnswerException Bad(string message) => new(FailureKind.Permanent, DeadLetterCauses.AgentBadAnswer, message);

    /// <summary>It is more than the gateway takes.</summary>
    public static AnswerException TooLarge(string message) => new(FailureKind.Permanent, DeadLetterCauses.AgentAnswerTooLarge, message);
}
