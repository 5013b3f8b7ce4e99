using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.Answers;
using OpenClaw.Gateway.Core.Agents.Webhook;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Agents.A2a.Protocol;

/// <summary>A call of the protocol: its name in JSON-RPC, and the path of the HTTP+JSON binding.</summary>
internal sealed record A2aMethod(string Name, HttpMethod Verb, string Path)
{
    public static A2aMethod Send { get; } = new("SendMessage", HttpMethod.Post, "/message:send");

    public static A2aMethod Stream { get; } = new("SendStreamingMessage", HttpMethod.Post, "/message:stream");

    public static A2aMethod Get(string task) => new("GetTask", HttpMethod.Get, $"/tasks/{Uri.EscapeDataString(task)}");

    public static A2aMethod Cancel(string task) => new("CancelTask", HttpMethod.Post, $"/tasks/{Uri.EscapeDataString(task)}:cancel");
}

/// <summary>Calls an agent by JSON-RPC or HTTP+JSON. Throws <see cref="A2aException"/> for what the agent says, and what a connection throws.</summary>
internal sealed class A2aCalls(OutgoingHttp http, string? token, TimeProvider time)
{
    /// <summary>The protocol's version that is spoken.</summary>
    public const string Version = "1.0";

    /// <summary>How many gateways' answers led to a message.</summary>
    public const string HopsHeader = "X-OpenClaw-Hops";

    private const string Json = "application/json";
    private const string Events = "text/event-stream";
    private const int ChunkBytes = 16 * 1024;

    /// <summary>The result of one call.</summary>
    public async ValueTask<JsonElement> CallAsync(A2aEndpoint endpoint, A2aMethod method, ReadOnlyMemory<byte> parameters, int hops, CancellationToken cancellationToken)
    {
        using var request = Request(endpoint, method, parameters, hops, Json);
        using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return await ResultAsync(endpoint, response, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What a stream brings, each event a result. One that is no stream has the one result of its body.</summary>
    /// <param name="endpoint">Where.</param>
    /// <param name="method">What.</param>
    /// <param name="parameters">Its parameters, a JSON object.</param>
    /// <param name="hops">Of the message.</param>
    /// <param name="progress">Called for each event and each sign of life.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<JsonElement> StreamAsync(
        A2aEndpoint endpoint, A2aMethod method, ReadOnlyMemory<byte> parameters, int hops, Action progress, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = Request(endpoint, method, parameters, hops, Events);
        using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK || !Events.Equals(response.Content.Headers.ContentType?.MediaType, StringComparison.OrdinalIgnoreCase))
        {
            yield return await ResultAsync(endpoint, response, cancellationToken).ConfigureAwait(false);
            yield break;
        }

        var parser = new SseParser(AnswerLimits.LineBytes);
        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            var chunk = new byte[ChunkBytes];
            var total = 0;
            while (await body.ReadAsync(chunk, cancellationToken).ConfigureAwait(false) is var read and > 0)
            {
                if ((total += read) > AnswerLimits.Bytes) throw A2aException.TooLarge($"The agent's stream is longer than {AnswerLimits.Bytes / 1024 / 1024} MB.");
                foreach (var data in EventsOf(chunk.AsSpan(0, read), parser, progress)) yield return Unwrap(endpoint, data);
            }
        }
    }

    /// <summary>What all requests say of the gateway.</summary>
    public static void AddHeaders(HttpRequestHeaders headers, string? token, string accept)
    {
        headers.Add("Accept", accept);
        headers.Add("User-Agent", "OpenClaw-Gateway");
        headers.Add("A2A-Version", Version);
        if (!string.IsNullOrEmpty(token)) headers.Authorization = new("Bearer", token);
    }

    private HttpRequestMessage Request(A2aEndpoint endpoint, A2aMethod method, ReadOnlyMemory<byte> parameters, int hops, string accept)
    {
        var isRpc = endpoint.IsRpc;
        var request = isRpc ? new HttpRequestMessage(HttpMethod.Post, endpoint.Url) : new(method.Verb, PathOf(endpoint, method));
        AddHeaders(request.Headers, token, accept);
        request.Headers.Add(HopsHeader, hops.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (request.Method == HttpMethod.Get) return request;
        request.Content = new ReadOnlyMemoryContent(isRpc ? Envelope(method.Name, parameters) : parameters);
        request.Content.Headers.ContentType = new(Json);
        return request;
    }

    private static Uri PathOf(A2aEndpoint endpoint, A2aMethod method) =>
        new($"{endpoint.Url.GetLeftPart(UriPartial.Path).TrimEnd('/')}{(endpoint.Tenant is { } tenant ? "/" + Uri.EscapeDataString(tenant) : "")}{method.Path}");

    private static byte[] Envelope(string method, ReadOnlyMemory<byte> parameters)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("jsonrpc"u8, "2.0"u8);
            json.WriteNumber("id"u8, 1);
            json.WriteString("method"u8, method);
            json.WritePropertyName("params"u8);
            json.WriteRawValue(parameters.Span);
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    private static List<byte[]> EventsOf(ReadOnlySpan<byte> bytes, SseParser parser, Action progress)
    {
        List<byte[]> events = [];
        try
        {
            while (parser.TryRead(ref bytes, out var sse))
            {
                progress();
                if (!sse.IsComment && !sse.Data.IsEmpty) events.Add(sse.Data.ToArray());
            }
        }
        catch (AnswerException e)
        {
            throw A2aException.TooLarge(e.Message);
        }

        return events;
    }

    private async ValueTask<JsonElement> ResultAsync(A2aEndpoint endpoint, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode == HttpStatusCode.OK) return Unwrap(endpoint, await A2aJson.ReadAsync(response, AnswerLimits.Bytes, cancellationToken).ConfigureAwait(false));
        throw new A2aException(await WebhookFailures.OfStatusAsync(response, time.GetUtcNow(), cancellationToken).ConfigureAwait(false), response.StatusCode == HttpStatusCode.NotFound && !endpoint.IsRpc ? A2aException.TaskNotFound : 0);
    }

    /// <summary>The result in its envelope; HTTP+JSON has none.</summary>
    private static JsonElement Unwrap(A2aEndpoint endpoint, ReadOnlyMemory<byte> data)
    {
        var json = A2aJson.Parse(data, "The agent's answer");
        if (json.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object) throw ErrorOf(error);
        if (!endpoint.IsRpc) return json;
        return json.TryGetProperty("result", out var result) && result.ValueKind == JsonValueKind.Object ? result : throw A2aException.Bad($"The agent's answer has neither result nor error.\n{Excerpt.Of(data.Span)}");
    }

    private static A2aException ErrorOf(JsonElement error) => A2aJson.Read(error, "The agent's error", node => A2aException.Of(
        error.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.Number && code.TryGetInt32(out var number) ? number : 0, node.Text("message")));
}
