using System.Globalization;
using System.Net;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Channels.Http;

/// <summary>The one table from what the receiver of replies did wrong to what the gateway does about it.</summary>
internal static class HttpFailures
{
    private static (FailureKind Kind, string Cause) Row(HttpStatusCode status) => (int)status switch
    {
        408 or 425 => (FailureKind.Transient, DeadLetterCauses.ChannelError),
        429 => (FailureKind.RateLimited, DeadLetterCauses.ChannelError),
        401 => (FailureKind.Authentication, DeadLetterCauses.ChannelRejected),
        >= 400 and < 500 => (FailureKind.Permanent, DeadLetterCauses.ChannelRejected),
        >= 500 and < 600 => (FailureKind.Transient, DeadLetterCauses.ChannelError),
        _ => (FailureKind.Permanent, DeadLetterCauses.ChannelRejected),
    };

    /// <summary>A status that is not 2xx: says it, with the beginning of the body.</summary>
    public static async ValueTask<SendOutcome> OfStatusAsync(HttpResponseMessage response, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var body = await BodyStart.ReadAsync(stream, cancellationToken);
        var (kind, cause) = Row(response.StatusCode);
        var redirect = (int)response.StatusCode is >= 300 and < 400 ? "; redirects are not followed" : "";
        var detail = string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)response.StatusCode}{redirect}\n{Excerpt.Of(body.Span)}").TrimEnd();
        return SendOutcome.Failed(kind, cause, detail, DeadLetterRisks.Sent, kind is FailureKind.Transient or FailureKind.RateLimited ? RetryAfter.Of(response, now) : null);
    }

    /// <summary>A connection that was refused, could not be made, or broke.</summary>
    public static SendOutcome Of(Exception e)
    {
        if (DestinationForbiddenException.In(e) is { } forbidden)
            return SendOutcome.Failed(FailureKind.Forbidden, DeadLetterCauses.DestinationForbidden, forbidden.Message, DeadLetterRisks.NeverSent);
        if (e is OperationCanceledException)
            return SendOutcome.Failed(FailureKind.Timeout, DeadLetterCauses.ChannelUnavailable, "The connection to the receiver could not be made in time.", DeadLetterRisks.NeverSent);
        var error = (e as HttpRequestException)?.HttpRequestError ?? (e as HttpIOException)?.HttpRequestError;
        var neverSent = error is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError;
        return SendOutcome.Failed(
            FailureKind.Transient, DeadLetterCauses.ChannelUnavailable, "The connection to the receiver failed: " + Reasons(e), neverSent ? DeadLetterRisks.NeverSent : DeadLetterRisks.Unknown);
    }

    private static string Reasons(Exception e) => e.InnerException is { } inner && !e.Message.Contains(inner.Message, StringComparison.Ordinal) ? $"{e.Message} {Reasons(inner)}" : e.Message;
}
