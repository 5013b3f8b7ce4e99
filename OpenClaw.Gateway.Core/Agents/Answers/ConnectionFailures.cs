using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Agents.Answers;

/// <summary>The one table from what a connection to an agent can throw to what the gateway does about it; for all kinds that call out by HTTP.</summary>
internal static class ConnectionFailures
{
    /// <summary>True for what a connection can throw; anything else is the gateway's own fault.</summary>
    public static bool IsKnown(Exception e) => e is HttpRequestException or IOException or OperationCanceledException;

    /// <summary>A connection that was refused, could not be made, or broke. <paramref name="what"/> was called: <c>the agent</c>.</summary>
    public static AgentOutcome Of(Exception e, string what = "the agent")
    {
        if (DestinationForbiddenException.In(e) is { } forbidden)
            return AgentOutcome.Failed(FailureKind.Forbidden, DeadLetterCauses.DestinationForbidden, forbidden.Message, neverSent: true);
        if (e is OperationCanceledException)
            return AgentOutcome.Failed(FailureKind.Timeout, DeadLetterCauses.AgentUnreachable, $"The connection to {what} could not be made in time.", neverSent: true);
        var error = (e as HttpRequestException)?.HttpRequestError ?? (e as HttpIOException)?.HttpRequestError;
        var (kind, cause) = Row(error);
        var neverSent = error is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError;
        return AgentOutcome.Failed(kind, cause, $"The connection to {what} failed: {Reasons(e)}", neverSent: neverSent);
    }

    /// <summary>What it says, and what its causes say beside.</summary>
    public static string Reasons(Exception e) => e.InnerException is { } inner && !e.Message.Contains(inner.Message, StringComparison.Ordinal) ? $"{e.Message} {Reasons(inner)}" : e.Message;

    private static (FailureKind Kind, string Cause) Row(HttpRequestError? error) => error switch
    {
        HttpRequestError.InvalidResponse => (FailureKind.Permanent, DeadLetterCauses.AgentBadAnswer),
        HttpRequestError.ConfigurationLimitExceeded => (FailureKind.Permanent, DeadLetterCauses.AgentAnswerTooLarge),
        _ => (FailureKind.Transient, DeadLetterCauses.AgentUnreachable),
    };
}
