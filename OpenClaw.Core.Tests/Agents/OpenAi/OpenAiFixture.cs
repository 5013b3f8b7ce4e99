using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.OpenAi;

namespace OpenClaw.Core.Tests.Agents.OpenAi;

/// <summary>An agent of the kind <c>openai</c> with everything real but the clock and the blob store.</summary>
internal sealed class OpenAiFixture : IDisposable
{
    public const string Key = "sk-test-0123456789abcdef";

    private readonly OutgoingCalls _calls = new(resolver: null, "127.0.0.1", "localhost");

    public OpenAiFixture(TimeProvider? time = null) => Kind = new(_calls.Http, Blobs, time ?? Clock);

    public TestClock Clock { get; } = new();

    public MemoryBlobs Blobs { get; } = new();

    public RecordingSink Sink { get; } = new();

    public OpenAiKind Kind { get; }

    /// <summary>A model with these settings beside address and name.</summary>
    public static AgentModel Model(Uri url, string settings = "{}", params (string Name, string Value)[] secrets)
    {
        var all = (JsonObject)JsonNode.Parse(settings)!;
        all["baseUrl"] ??= url.AbsoluteUri;
        all["model"] ??= "gpt-test";
        return AgentSamples.Model("openai", all.ToJsonString(), secrets: secrets.Length == 0 ? [("apiKey", Key)] : secrets);
    }

    public IAgent Agent(AgentModel model)
    {
        Assert.Empty(Kind.Validate(model.Settings));
        return Kind.Create(model);
    }

    public Task<AgentOutcome> AskAsync(AgentModel model, AgentRequest? request = null, CancellationToken cancellationToken = default) => AskAsync(Agent(model), request ?? AgentSamples.Request(model), cancellationToken);

    public Task<AgentOutcome> AskAsync(IAgent agent, AgentRequest request, CancellationToken cancellationToken = default) =>
        agent.AskAsync(request, Sink, cancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(60), CancellationToken.None);

    /// <summary>What a server that answers so leads to.</summary>
    public async Task<AgentOutcome> AskAsync(RequestDelegate answer, string settings = "{}")
    {
        await using var server = await ModelServer.StartAsync(answer);
        return await AskAsync(Model(server.Url, settings));
    }

    public void Dispose() => _calls.Dispose();
}
