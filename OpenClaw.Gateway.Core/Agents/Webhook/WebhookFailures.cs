using System.Globalization;
using System.Net;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.Answers;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Agents.Webhook;

/// <summary>The one table from what a webhook agent did wrong to what the gateway does about it.</summary>
internal static class WebhookFailures
{
    private static (FailureKind Kind, string Cause) Row(HttpStatusCode status) => (int)status switch
    {
        408 or 425 => (FailureKind.Transient, DeadLetterCauses.AgentError),
        429 => (FailureKind.RateLimited, DeadLetterCauses.AgentError),
        401 => (FailureKind.Authentication, DeadLetterCauses.AgentError),
        >= 400 and < 500 => (FailureKind.Permanent, DeadLetterCauses.AgentError),
        >= 500 and < 600 => (FailureKind.Transient, DeadLetterCauses.AgentError),
        _ => (FailureKind.Permanent, DeadLetterCauses.AgentBadAnswer),
    };

    /// <summary>A status that is no answer: says it, with the beginning of the body.</summary>
    public static async ValueTask<AgentOutcome> OfStatusAsync(HttpResponseMessage response, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var body = await BodyStart.ReadAsync(stream, cancellationToken).ConfigureAwait(false);
            var (kind, cause) = Row(response.StatusCode);
            var detail = string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)response.StatusCode}{Redirect(response)}\n{Excerpt.Of(body.Span)}");
            return AgentOutcome.Failed(kind, cause, detail.TrimEnd(), kind is FailureKind.Transient or FailureKind.RateLimited ? RetryAfter.Of(response, now) : null);
        }
    }

    private static string Redirect(HttpResponseMessage response) =>
        (int)response.StatusCode is >= 300 and < 400 && response.Headers.Location is { } to ? $" to {Excerpt.Short(to.OriginalString)}; redirects are not followed" : "";
}
