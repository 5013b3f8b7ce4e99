using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OpenClaw.Core.Tests.Fakes;

namespace OpenClaw.Core.Tests.Agents.Tools;

/// <summary>A server of tools over Streamable HTTP, as much of it as tests misuse: sessions, a list, calls, and what the test makes of them.</summary>
internal sealed class McpFake : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, bool> _sessions = new();
    private HttpServer _server = null!;

    /// <summary>The tools' names; each takes anything.</summary>
    public List<string> Tools { get; } = ["echo"];

    /// <summary>What a call gives: its text; by default the arguments.</summary>
    public Func<string, JsonNode?, Task<string>> Call { get; set; } = (_, arguments) => Task.FromResult(arguments?.ToJsonString() ?? "");

    /// <summary>What the results say of errors.</summary>
    public bool IsError { get; set; }

    /// <summary>Takes a request before anything else does; true = it was answered.</summary>
    public Func<HttpContext, Task<bool>> Before { get; set; } = _ => Task.FromResult(false);

    public ConcurrentQueue<string> Calls { get; } = new();

    public ConcurrentQueue<string> Tokens { get; } = new();

    public int Opened { get; private set; }

    public int Closed { get; private set; }

    public int Listed { get; private set; }

    public Uri Url => new(_server.Url, "/mcp");

    public static async Task<McpFake> StartAsync()
    {
        var fake = new McpFake();
        fake._server = await HttpServer.StartAsync(fake.AnswerAsync);
        return fake;
    }

    /// <summary>It knows no session any more, as after a restart.</summary>
    public void Forget() => _sessions.Clear();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        Tokens.Enqueue(context.Request.Headers.Authorization.ToString());
        if (await Before(context)) return;
        var session = context.Request.Headers["Mcp-Session-Id"].ToString();
        if (context.Request.Method == "DELETE")
        {
            Closed++;
            _sessions.TryRemove(session, out _);
            return;
        }

        if (context.Request.Method != "POST")
        {
            context.Response.StatusCode = 405;
            return;
        }

        var message = (await JsonNode.ParseAsync(context.Request.Body))!;
        var method = (string?)message["method"];
        if (method != "initialize" && (session.Length == 0 || !_sessions.ContainsKey(session)))
        {
            context.Response.StatusCode = session.Length == 0 ? 400 : 404;
            return;
        }

        if (message["id"] is not { } id)
        {
            context.Response.StatusCode = 202;
            return;
        }

        var result = await ResultAsync(context, method, message["params"]);
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id.DeepClone(), ["result"] = result }.ToJsonString());
    }

    private async Task<JsonObject> ResultAsync(HttpContext context, string? method, JsonNode? parameters)
    {
        switch (method)
        {
            case "initialize":
                Opened++;
                var session = Guid.NewGuid().ToString("N");
                _sessions[session] = true;
                context.Response.Headers["Mcp-Session-Id"] = session;
                return new()
                {
                    ["protocolVersion"] = parameters?["protocolVersion"]?.DeepClone() is { } wanted && (string?)wanted != "2026-07-28" ? wanted : "2025-06-18",
                    ["capabilities"] = new JsonObject { ["tools"] = new JsonObject { ["listChanged"] = true } },
                    ["serverInfo"] = new JsonObject { ["name"] = "fake", ["version"] = "1" },
                };
            case "tools/list":
                Listed++;
                return new() { ["tools"] = new JsonArray([.. Tools.Select(t => (JsonNode)new JsonObject { ["name"] = t, ["description"] = $"Does {t}.", ["inputSchema"] = new JsonObject { ["type"] = "object" } })]) };
            case "tools/call":
                var name = (string)parameters!["name"]!;
                Calls.Enqueue(name);
                return new() { ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = await Call(name, parameters["arguments"]) }), ["isError"] = IsError };
            default:
                return [];
        }
    }
}
