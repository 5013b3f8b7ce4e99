using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Events.Webhooks;

/// <summary>What one request to an endpoint came to.</summary>
/// <param name="Status">What it answered; null = it did not.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="Error">What went wrong, for people; null when it took the event.</param>
/// <param name="Answer">The beginning of its answer.</param>
/// <param name="Wish">When it asked for a pause: how long.</param>
internal sealed record EventAttempt(int? Status, int Milliseconds, string? Error, string Answer, TimeSpan? Wish)
{
    /// <summary>It took the event.</summary>
    public bool IsTaken => Error is null;

    /// <summary>It wants no events any more.</summary>
    public bool IsGone => Status == (int)HttpStatusCode.Gone;
}

/// <summary>POSTs one event to an endpoint, signed as Standard Webhooks says. Whatever the other side does becomes an attempt.</summary>
internal sealed class EventRequest(OutgoingHttp http, TimeProvider time)
{
    private const int ShownBytes = 1_024;
    private static readonly MediaTypeHeaderValue Json = new("application/json") { CharSet = "utf-8" };

    /// <summary>Throws only when <paramref name="stopping"/> says so.</summary>
    /// <param name="endpoint">Where to.</param>
    /// <param name="eventId">The same on every attempt, so that the receiver finds duplicates.</param>
    /// <param name="body">What is sent.</param>
    /// <param name="limit">When the time for it is over.</param>
    /// <param name="stopping">The gateway stops.</param>
    public async ValueTask<EventAttempt> SendAsync(WebhookEndpoint endpoint, Guid eventId, string body, CancellationToken limit, CancellationToken stopping)
    {
        var started = time.GetTimestamp();
        try
        {
            using var message = Create(endpoint, eventId, body);
            using var response = await http.SendAsync(message, limit).ConfigureAwait(false);
            var answer = await StartAsync(response, limit).ConfigureAwait(false);
            return new((int)response.StatusCode, Elapsed(started), Fault(response), answer, Wish(response));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            stopping.ThrowIfCancellationRequested();
            return new(null, Elapsed(started), Reason(e, limit), "", null);
        }
    }

    private HttpRequestMessage Create(WebhookEndpoint endpoint, Guid eventId, string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var now = time.GetUtcNow();
        var (id, seconds) = (eventId.ToString(), now.ToUnixTimeSeconds());
        var message = new HttpRequestMessage(HttpMethod.Post, endpoint.Url) { Content = new ByteArrayContent(bytes) };
        message.Content.Headers.ContentType = Json;
        message.Headers.Add("User-Agent", "OpenClaw-Gateway");
        message.Headers.Add("webhook-id", id);
        message.Headers.Add("webhook-timestamp", seconds.ToString(CultureInfo.InvariantCulture));
        message.Headers.Add("webhook-signature", StandardWebhooks.Sign(id, seconds, bytes, endpoint.SecretsAt(now)));
        message.Headers.Add("traceparent", $"00-{eventId:N}-{ActivitySpanId.CreateRandom().ToHexString()}-01");
        return message;
    }

    /// <summary>The beginning of the answer, or what came of it before it broke off or time ran out: what is known, the status, matters more.</summary>
    private static async ValueTask<string> StartAsync(HttpResponseMessage response, CancellationToken limit)
    {
        var bytes = new byte[ShownBytes];
        var length = 0;
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(limit).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
                while (length < bytes.Length && await stream.ReadAsync(bytes.AsMemory(length), limit).ConfigureAwait(false) is var read and > 0) length += read;
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            // the status says whether it took the event
        }

        var text = Encoding.UTF8.GetString(bytes, 0, length);
        return string.Concat(text.Where(c => !char.IsControl(c) || c is '\n' or '\t')).Trim();
    }

    private static string? Fault(HttpResponseMessage response) => (int)response.StatusCode switch
    {
        >= 200 and < 300 => null,
        >= 300 and < 400 => string.Create(CultureInfo.InvariantCulture, $"It answered {(int)response.StatusCode}, a redirect; redirects are not followed. Enter the address that it leads to."),
        410 => "It answered 410 Gone: it wants no events any more.",
        _ => string.Create(CultureInfo.InvariantCulture, $"It answered {(int)response.StatusCode}; a status from 200 to 299 takes the event."),
    };

    private static string Reason(Exception e, CancellationToken limit)
    {
        if (DestinationForbiddenException.In(e) is { } forbidden) return forbidden.Message;
        if (limit.IsCancellationRequested) return "It did not answer in time.";
        return "It could not be reached: " + Messages(e);
    }

    private static string Messages(Exception e) => e.InnerException is { } inner && !e.Message.Contains(inner.Message, StringComparison.Ordinal) ? $"{e.Message} {Messages(inner)}" : e.Message;

    private TimeSpan? Wish(HttpResponseMessage response)
    {
        if (response.IsSuccessStatusCode || response.Headers.RetryAfter is not { } after) return null;
        var pause = after.Delta ?? after.Date - time.GetUtcNow();
        return pause > TimeSpan.Zero ? pause : null;
    }

    private int Elapsed(long started) => (int)time.GetElapsedTime(started).TotalMilliseconds;
}
