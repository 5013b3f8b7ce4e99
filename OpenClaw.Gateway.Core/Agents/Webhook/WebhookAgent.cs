using System.Globalization;
using System.Net;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.Answers;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Agents.Webhook;

/// <summary>Asks by HTTP POST and reads the answer (contract: agents.md). Whatever the other side does becomes an outcome.</summary>
internal sealed class WebhookAgent(WebhookSettings settings, WebhookRequests requests, OutgoingHttp http, ReplyAttachments attachments, TimeProvider time) : IAgent
{
    public async ValueTask<AgentOutcome> AskAsync(AgentRequest request, IAnswerSink sink, CancellationToken cancellationToken)
    {
        using var timer = new AnswerTimer(time, settings.Timeout, settings.StreamWithin, cancellationToken);
        try
        {
            using var message = requests.Create(request);
            using var response = await http.SendAsync(message, timer.Token).ConfigureAwait(false);
            AgentSpans.Status((int)response.StatusCode);
            if (response.StatusCode == HttpStatusCode.Accepted) return AgentOutcome.Later(settings.AnswerWithin);
            var answer = response.StatusCode switch
            {
                HttpStatusCode.OK => await AnswerBody.ReadAsync(response, sink, timer).ConfigureAwait(false),
                HttpStatusCode.NoContent => new([], null, null, null, End: false),
                _ => null,
            };
            return answer is null
                ? await WebhookFailures.OfStatusAsync(response, time.GetUtcNow(), timer.Token).ConfigureAwait(false)
                : await CompleteAsync(request, answer, cancellationToken).ConfigureAwait(false);
        }
        catch (AnswerException e)
        {
            return AgentOutcome.Failed(e.Kind, e.Failure, e.Message);
        }
        catch (Exception e) when (ConnectionFailures.IsKnown(e))
        {
            cancellationToken.ThrowIfCancellationRequested();
            return timer.Expired ? AgentOutcome.Failed(FailureKind.Timeout, DeadLetterCauses.AgentTimeout, TimeoutDetail(timer.Elapsed)) : ConnectionFailures.Of(e);
        }
    }

    private async ValueTask<AgentOutcome> CompleteAsync(AgentRequest request, AgentAnswer answer, CancellationToken cancellationToken)
    {
        var replies = await attachments.FetchAsync(request, answer.Messages, settings.Timeout, cancellationToken).ConfigureAwait(false);
        return AgentOutcome.Answer(replies, answer.Context, answer.Preferences, answer.Handoff, answer.End);
    }

    private string TimeoutDetail(TimeSpan elapsed) => string.Create(
        CultureInfo.InvariantCulture,
        $"The agent's answer was not complete after {elapsed.TotalSeconds:0} s (timeoutSeconds is {settings.Timeout.TotalSeconds:0}).");
}
