using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents;
using OpenClaw.Gateway.Core.Agents.Answers;
using OpenClaw.Gateway.Core.Agents.Webhook;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Core.Tests.Agents.Webhook;

/// <summary>A webhook agent with everything real but the clock and the blob store.</summary>
internal sealed class WebhookFixture : IDisposable
{
    public const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly OutgoingCalls _calls;

    public WebhookFixture(IHostResolver? resolver = null, long maxAttachmentBytes = 1_000, params string[] privateHosts)
    {
        _calls = new(resolver, privateHosts.Length == 0 ? ["127.0.0.1"] : privateHosts);
        var options = new GatewayOptions { PublicUrl = new("https://gateway.example"), DataDirectory = "/nowhere", Limits = new() { MaxAttachmentBytes = maxAttachmentBytes } };
        Kind = new(_calls.Http, new RequestWriter(Blobs), new ReplyAttachments(_calls.Http, new(Blobs, options, new(Clock), Clock), Clock, NullLogger<ReplyAttachments>.Instance), Clock);
    }

    public TestClock Clock { get; } = new();

    public MemoryBlobs Blobs { get; } = new();

    public RecordingSink Sink { get; } = new();

    public WebhookKind Kind { get; }

    public static AgentModel Model(Uri url, int timeoutSeconds = 60, int answerWithinSeconds = 600) =>
        AgentSamples.Model("webhook", $$"""{"url":"{{url}}","timeoutSeconds":{{timeoutSeconds}},"answerWithinSeconds":{{answerWithinSeconds}}}""", secrets: ("signingSecret", Secret));

    public Task<AgentOutcome> AskAsync(Uri url, CancellationToken cancellationToken = default) => AskAsync(Model(url), cancellationToken);

    public Task<AgentOutcome> AskAsync(AgentModel model, CancellationToken cancellationToken = default) =>
        Kind.Create(model).AskAsync(AgentSamples.Request(model), Sink, cancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30), CancellationToken.None);

    public async Task<AgentOutcome> AskAsync(RequestDelegate answer)
    {
        await using var server = await HttpServer.StartAsync(answer);
        return await AskAsync(server.Url);
    }

    /// <summary>What an agent that answers so leads to.</summary>
    public Task<AgentOutcome> AnswerAsync(string body, string type = "application/json", int status = 200) => AskAsync(c =>
    {
        c.Response.StatusCode = status;
        c.Response.ContentType = type;
        return c.Response.WriteAsync(body);
    });

    public Task<AgentOutcome> StreamAsync(string events) => AnswerAsync(events, "text/event-stream");

    public void Dispose() => _calls.Dispose();
}
