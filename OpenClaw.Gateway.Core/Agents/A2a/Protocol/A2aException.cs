using System.Globalization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Agents.A2a.Protocol;

/// <summary>A call that the other side refused, or answered with what is no answer. Never leaves the kind: its outcome does.</summary>
internal sealed class A2aException(AgentOutcome outcome, int code = 0) : Exception(outcome.Failure?.Detail)
{
    /// <summary>The specification's error codes that are told apart.</summary>
    public const int TaskNotFound = -32001;
    public const int NotCancelable = -32002;
    public const int InvalidParams = -32602;

    public AgentOutcome Outcome => outcome;

    /// <summary>Of JSON-RPC; 0 = none.</summary>
    public int Code => code;

    /// <summary>What is no answer.</summary>
    public static A2aException Bad(string detail) => new(AgentOutcome.Failed(FailureKind.Permanent, DeadLetterCauses.AgentBadAnswer, detail));

    /// <summary>What is more than the gateway takes.</summary>
    public static A2aException TooLarge(string detail) => new(AgentOutcome.Failed(FailureKind.Permanent, DeadLetterCauses.AgentAnswerTooLarge, detail));

    /// <summary>The one table from the protocol's error codes to what the gateway does about them.</summary>
    public static A2aException Of(int code, string? message)
    {
        var (kind, cause) = code switch
        {
            -32603 => (FailureKind.Transient, DeadLetterCauses.AgentError), // internal error
            -32006 => (FailureKind.Transient, DeadLetterCauses.AgentError), // the agent behind it answered nonsense
            _ => (FailureKind.Permanent, DeadLetterCauses.AgentError),
        };
        return new(AgentOutcome.Failed(kind, cause, string.Create(CultureInfo.InvariantCulture, $"The agent reports the error {code}: {Excerpt.Short(message ?? "without a word")}")), code);
    }
}
