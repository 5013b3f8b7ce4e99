using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Agents.Webhook;

/// <summary>Builds one agent's HTTP requests: body, signature, trace.</summary>
internal sealed class WebhookRequests(Uri url, AgentModel model, RequestWriter writer, TimeProvider time)
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly string[] _secrets = new[] { WebhookKind.SigningSecret, WebhookKind.PreviousSigningSecret }
        .Select(name => model.Secrets.GetValueOrDefault(name)).Where(secret => !string.IsNullOrEmpty(secret)).ToArray()!;

    public HttpRequestMessage Create(AgentRequest request)
    {
        var body = new ArrayBufferWriter<byte>(1_024);
        writer.Write(body, request);
        var message = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ReadOnlyMemoryContent(body.WrittenMemory) };
        message.Content.Headers.ContentType = Json;
        AddHeaders(message.Headers, request.Id, body.WrittenSpan);
        return message;
    }

    private void AddHeaders(HttpRequestHeaders headers, Guid message, ReadOnlySpan<byte> body)
    {
        var id = message.ToString();
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds();
        headers.Add("Accept", "application/json, text/event-stream");
        headers.Add("User-Agent", "OpenClaw-Gateway");
        headers.Add("webhook-id", id);
        headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        if (_secrets.Length > 0) headers.Add("webhook-signature", StandardWebhooks.Sign(id, timestamp, body, _secrets)); // none: the tenant removed it
        headers.Add("traceparent", MessageTraces.TraceParent(message));
    }
}
