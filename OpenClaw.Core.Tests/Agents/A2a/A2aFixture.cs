using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.A2a;
using OpenClaw.Gateway.Core.Agents.Answers;

namespace OpenClaw.Core.Tests.Agents.A2a;

/// <summary>An A2A agent with everything real but the blob store; the other side is what the test says.</summary>
internal sealed class A2aFixture : IDisposable
{
    public const string Token = "ock_token";
    private readonly OutgoingCalls _calls;
    private readonly MemoryBlobs _blobs = new();

    public A2aFixture(TimeProvider? time = null)
    {
        var clock = time ?? TimeProvider.System;
        _calls = new(null, ["127.0.0.1"]);
        var options = new GatewayOptions { PublicUrl = new("https://gateway.example"), DataDirectory = "/nowhere", Limits = new() { MaxAttachmentBytes = 1_000 } };
        OpenClaw.Gateway.Core.Storage.Blobs.BlobIntake files = new(_blobs, options, new(clock), clock);
        Kind = new(_calls.Http, _blobs, files, new ReplyAttachments(_calls.Http, files, clock, NullLogger<ReplyAttachments>.Instance), clock);
    }

    public A2aKind Kind { get; }

    public RecordingSink Sink { get; } = new();

    public static AgentModel Model(Uri card, int timeoutSeconds = 60, bool withToken = true) =>
        AgentSamples.Model("a2a", $$"""{"cardUrl":"{{card}}","timeoutSeconds":{{timeoutSeconds}}}""", secrets: withToken ? [("token", Token)] : []);

    public Task<AgentOutcome> AskAsync(AgentModel model, string text = "hello", byte[]? context = null, MessageExtras? extras = null, CancellationToken cancellationToken = default) =>
        AskAsync(Kind.Create(model), model, text, context, extras, cancellationToken);

    public Task<AgentOutcome> AskAsync(IAgent agent, AgentModel model, string text, byte[]? context = null, MessageExtras? extras = null, CancellationToken cancellationToken = default)
    {
        var sample = AgentSamples.Request(model, text, extras);
        return agent.AskAsync(new()
        {
            Id = Guid.CreateVersion7(), Attempt = 1, Agent = model, Channel = sample.Channel, SessionId = sample.SessionId, Address = sample.Address, Text = sample.Text, Extras = extras, At = sample.At,
            HistoryBefore = sample.HistoryBefore, Context = context,
        }, Sink, cancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(60), CancellationToken.None);
    }

    /// <summary>Asks an agent by JSON-RPC that answers each call as the test says.</summary>
    public async Task<AgentOutcome> AskAsync(RequestDelegate answer, bool streams = false, string card = "", int timeoutSeconds = 60)
    {
        await using var server = await HttpServer.StartAsync(http => http.Request.Method == "GET" ? http.Response.WriteAsync(card.Length > 0 ? card : CardOf(http, streams)) : answer(http));
        return await AskAsync(Model(new(server.Url, "card"), timeoutSeconds));
    }

    public Task<AgentOutcome> AnswerAsync(string body, string type = "application/json", bool streams = false) => AskAsync(http =>
    {
        http.Response.ContentType = type;
        return http.Response.WriteAsync(body);
    }, streams);

    public static string CardOf(HttpContext http, bool streams, string binding = "JSONRPC") =>
        $$$"""{"name":"Peer","supportedInterfaces":[{"url":"http://{{{http.Request.Host}}}/rpc","protocolBinding":"{{{binding}}}","protocolVersion":"1.0"}],"capabilities":{"streaming":{{{(streams ? "true" : "false")}}}}}""";

    public static string Result(string result) => $$"""{"jsonrpc":"2.0","id":1,"result":{{result}}}""";

    public static string Text(AgentOutcome outcome)
    {
        Assert.True(outcome.IsAnswer, outcome.Failure?.Detail);
        return string.Join('|', outcome.Replies.Select(r => r.Text.ToString()));
    }

    /// <summary>What the session remembers after an answer.</summary>
    public static byte[] Remembered(AgentOutcome outcome) => JsonSerializer.SerializeToUtf8Bytes(outcome.Context!.Value);

    public static async Task<JsonElement> BodyAsync(HttpContext http) => (await JsonDocument.ParseAsync(http.Request.Body)).RootElement.Clone();

    public void Dispose() => _calls.Dispose();
}
