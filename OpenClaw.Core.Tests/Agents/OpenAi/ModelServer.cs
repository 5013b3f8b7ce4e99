using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpenClaw.Core.Tests.Fakes;

namespace OpenClaw.Core.Tests.Agents.OpenAi;

/// <summary>An OpenAI-compatible server that answers as the test says, one answer per request; the last one stays.</summary>
internal sealed class ModelServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<RequestDelegate> _answers;
    private HttpServer _server = null!;
    private RequestDelegate _last;

    private ModelServer(RequestDelegate[] answers) => (_answers, _last) = (new(answers), answers[^1]);

    /// <summary>The bodies that came, in order.</summary>
    public ConcurrentQueue<JsonElement> Requests { get; } = new();

    /// <summary>The headers of the last request.</summary>
    public Dictionary<string, string> Headers { get; private set; } = [];

    public string Path { get; private set; } = "";

    public Uri Url => new(_server.Url, "/v1");

    public static async Task<ModelServer> StartAsync(params RequestDelegate[] answers)
    {
        var server = new ModelServer(answers);
        server._server = await HttpServer.StartAsync(server.AnswerAsync);
        return server;
    }

    /// <summary>A chunk with a piece of text.</summary>
    public static string Delta(string text) => Chunk("{\"content\":" + Quoted(text) + "}");

    /// <summary>A chunk with that delta.</summary>
    public static string Chunk(string delta, string? finish = null) =>
        $"data: {{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"gpt-test-2026\",\"choices\":[{{\"index\":0,\"delta\":{delta},\"finish_reason\":{Quoted(finish)}}}]}}\n\n";

    public static string Usage(int input, int output) =>
        string.Create(CultureInfo.InvariantCulture, $"data: {{\"choices\":[],\"usage\":{{\"prompt_tokens\":{input},\"completion_tokens\":{output},\"total_tokens\":{input + output}}}}}\n\n");

    /// <summary>A whole stream that says these pieces.</summary>
    public static string Says(params string[] pieces) => string.Concat(pieces.Select(Delta)) + Chunk("{}", "stop") + Usage(7, 3) + Done;

    /// <summary>A whole stream that asks for these tools.</summary>
    public static string Calls(params (string Name, string Arguments)[] calls) =>
        string.Concat(calls.Select((c, i) => Chunk(string.Create(CultureInfo.InvariantCulture, $"{{\"tool_calls\":[{{\"index\":{i},\"id\":\"call_{i}\",\"type\":\"function\",\"function\":{{\"name\":{Quoted(c.Name)},\"arguments\":{Quoted(c.Arguments)}}}}}]}}"))))
        + Chunk("{}", "tool_calls") + Usage(7, 3) + Done;

    public const string Done = "data: [DONE]\n\n";

    public static RequestDelegate Stream(string events) => Answer(events, "text/event-stream");

    public static RequestDelegate Stream(byte[] events) => async c =>
    {
        c.Response.ContentType = "text/event-stream";
        await c.Response.Body.WriteAsync(events);
    };

    public static RequestDelegate Answer(string body, string type = "application/json", int status = 200, params (string Name, string Value)[] headers) => async c =>
    {
        c.Response.StatusCode = status;
        if (type.Length > 0) c.Response.ContentType = type;
        foreach (var (name, value) in headers) c.Response.Headers[name] = value;
        await c.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body));
    };

    public static RequestDelegate Error(int status, string message, string? code = null, params (string Name, string Value)[] headers) =>
        Answer($"{{\"error\":{{\"message\":{Quoted(message)},\"type\":\"invalid_request_error\",\"param\":null,\"code\":{Quoted(code)}}}}}", status: status, headers: headers);

    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Quoted(string? text) => JsonSerializer.Serialize(text, Plain);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        Headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        Path = context.Request.Path;
        if (body.Length > 0) Requests.Enqueue(JsonSerializer.Deserialize<JsonElement>(body.ToArray()));
        if (_answers.TryDequeue(out var answer)) _last = answer;
        await _last(context);
    }
}
