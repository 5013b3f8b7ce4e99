using System.Globalization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.Answers;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Agents.Webhook;

/// <summary>Asks a webhook agent's own page for its health.</summary>
internal static class WebhookHealth
{
    private const string Check = "health";
    private const string Fix = "See that the agent runs and that its health URL answers with a status from 200 to 299.";
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>Well is what answers a GET with 2xx.</summary>
    public static async ValueTask<PreflightCheck> AskAsync(Uri url, OutgoingHttp http, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.Add("User-Agent", "OpenClaw-Gateway");
            var start = time.GetTimestamp();
            using var response = await http.SendAsync(request, either.Token).ConfigureAwait(false);
            var status = (int)response.StatusCode;
            return response.IsSuccessStatusCode
                ? new(Check, true, string.Create(CultureInfo.InvariantCulture, $"Its health URL answered with {status} after {time.GetElapsedTime(start).TotalMilliseconds:0} ms."))
                : new(Check, false, string.Create(CultureInfo.InvariantCulture, $"Its health URL answered with {status}."), Fix);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new(Check, false, $"Its health URL did not answer within {Longest.TotalSeconds:0} seconds.", Fix);
        }
        catch (Exception e) when (ConnectionFailures.IsKnown(e) && !cancellationToken.IsCancellationRequested)
        {
            return new(Check, false, ConnectionFailures.Of(e).Failure!.Detail, Fix);
        }
    }
}
