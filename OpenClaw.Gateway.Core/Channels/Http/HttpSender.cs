using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Channels.Http;

/// <summary>POSTs replies to the tenant's program, signed by Standard Webhooks. The id in <c>webhook-id</c> is the reply's, the same on every attempt.</summary>
internal sealed class HttpSender(OutgoingHttp http, IFileLinks links, TimeProvider time) : IChannelSender
{
    private const int MostOfAnAnswer = 16 * 1_024;
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Kind => HttpKind.Name;

    public ValueTask<SendOutcome> SendAsync(ChannelModel channel, OutgoingPart part, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(part);
        return PostAsync(channel, part.Id, BodyOf(channel, part), cancellationToken);
    }

    /// <summary>Tries the way to the program, and its signature.</summary>
    public async ValueTask<SendOutcome> TestAsync(ChannelModel channel, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await PostAsync(channel, Guid.CreateVersion7(time.GetUtcNow()), new { type = "test", channel = channel.Id }, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return SendOutcome.Failed(FailureKind.Timeout, DeadLetterCauses.ChannelTimeout, "No answer within 10 s.", DeadLetterRisks.Unknown);
        }
    }

    private async ValueTask<SendOutcome> PostAsync(ChannelModel channel, Guid id, object content, CancellationToken cancellationToken)
    {
        if (HttpKind.UrlOf(channel.Settings) is not { } url)
            return SendOutcome.Failed(FailureKind.Permanent, DeadLetterCauses.ChannelRejected, "The channel's callbackUrl is missing or wrong.", DeadLetterRisks.NeverSent);
        using var request = Signed(channel, url, id.ToString(), JsonSerializer.SerializeToUtf8Bytes(content, Options));
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            return response.IsSuccessStatusCode
                ? SendOutcome.Sent(await ReceiptAsync(response, cancellationToken))
                : await HttpFailures.OfStatusAsync(response, time.GetUtcNow(), cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return HttpFailures.Of(e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            return HttpFailures.Of(e);
        }
    }

    private HttpRequestMessage Signed(ChannelModel channel, Uri url, string id, byte[] body)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var secrets = new[] { SecretNames.SigningSecret, SecretNames.Previous(SecretNames.SigningSecret) }
            .Select(name => channel.Secrets.GetValueOrDefault(name)).OfType<string>().Where(secret => secret.Length > 0).ToArray();
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = Json;
        request.Headers.Add("User-Agent", "OpenClaw-Gateway");
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", now.ToString(CultureInfo.InvariantCulture));
        if (secrets.Length > 0) request.Headers.Add("webhook-signature", StandardWebhooks.Sign(id, now, body, secrets)); // none: the tenant removed it
        return request;
    }

    private object BodyOf(ChannelModel channel, OutgoingPart part)
    {
        var reply = part.Reply;
        return new
        {
            type = "message",
            channel = new { id = channel.Id, kind = channel.Kind, name = channel.Name },
            session = reply.SessionId,
            conversation = reply.Address.Conversation,
            thread = reply.Address.Thread,
            user = new { id = reply.Address.UserId, name = reply.Address.UserName },
            inReplyTo = reply.InReplyTo?.ExternalId,
            message = new
            {
                id = reply.Id,
                seq = reply.Seq,
                from = reply.From == MessageFrom.Operator ? "operator" : "agent",
                name = reply.Author,
                text = part.Text,
                attachments = (reply.Extras?.Attachments ?? []).Select(a => new { name = a.Name, contentType = a.ContentType, size = a.Size, url = links.Create(channel.Tenant.Id, a) }),
                buttons = reply.Extras?.Buttons ?? [],
                card = reply.Extras?.Card,
                at = reply.At.UtcDateTime,
            },
            possibleDuplicate = part.PossibleDuplicate,
            hops = (reply.Extras?.Sender?.Hops ?? 0) + 1,
        };
    }

    /// <summary>What the program calls it: <c>id</c> in a JSON answer. Whatever else it says is no fault: it has taken the reply.</summary>
    private static async ValueTask<string?> ReceiptAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/json") return null;
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            var start = new byte[MostOfAnAnswer];
            using var answer = JsonDocument.Parse(start.AsMemory(0, await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken)));
            if (answer.RootElement.ValueKind != JsonValueKind.Object || !answer.RootElement.TryGetProperty("id", out var id)) return null;
            return id.ValueKind switch { JsonValueKind.String => id.GetString(), JsonValueKind.Number => id.GetRawText(), _ => null };
        }
        catch (Exception e) when (e is JsonException or IOException or HttpRequestException or InvalidOperationException)
        {
            return null;
        }
    }
}
