using System.Globalization;
using OpenClaw.Core.Tests.Peers;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Agents.OpenAi;

/// <summary>
/// Against programs of others: <c>@copilotkit/aimock</c>, an OpenAI-compatible server, and <c>@modelcontextprotocol/server-everything</c>, the reference server
/// of tools, over Streamable HTTP.
/// </summary>
[Trait("Category", "Slow")]
public sealed class OpenAiPeerTests : IDisposable
{
    private const string Mock = "@copilotkit/aimock";
    private const string Everything = "@modelcontextprotocol/server-everything";

    private const string Start = """
        import { LLMock } from '@copilotkit/aimock';
        const mock = new LLMock({ port: 0, auth: { apiKeys: ['sk-test-0123456789abcdef'] } });
        mock.onMessage('hello', { content: 'Hi there, dear tester! Grüße 👋', usage: { prompt_tokens: 12, completion_tokens: 34 } }, { chunkSize: 5 });
        mock.onMessage('limited', { error: { message: 'Rate limit exceeded.', type: 'rate_limit_error', code: 'rate_limit_exceeded' }, status: 429 });
        mock.onMessage('overloaded', { error: { message: 'Overloaded', type: 'server_error' }, status: 503 });
        mock.onMessage('too long', { error: { message: "This model's maximum context length is 100 tokens.", type: 'invalid_request_error', code: 'context_length_exceeded' }, status: 400 });
        mock.onMessage('cut', { content: 'This answer is cut off in the middle of it.' }, { chunkSize: 5, truncateAfterChunks: 3 });
        mock.onMessage('malformed', { content: 'x' }, { chaos: { malformedRate: 1 } });
        mock.onMessage('gone', { content: 'x' }, { chaos: { disconnectRate: 1 } });
        mock.addFixture({ match: { userMessage: 'add', hasToolResult: false }, response: { toolCalls: [{ name: 'get-sum', arguments: JSON.stringify({ a: 2, b: 40 }) }, { name: 'echo', arguments: JSON.stringify({ message: 'hello box' }) }] } });
        mock.addFixture({ match: { userMessage: 'add', toolResultContains: 'hello box' }, response: { content: 'The sum is 42, said the tool.' } });
        mock.addFixture({ match: { userMessage: 'break', hasToolResult: false }, response: { toolCalls: [{ name: 'get-sum', arguments: JSON.stringify({ a: 'two' }) }] } });
        mock.addFixture({ match: { userMessage: 'break', hasToolResult: true }, response: { content: 'It did not work.' } });
        mock.addFixture({ match: { userMessage: 'loop' }, response: { toolCalls: [{ name: 'echo', arguments: JSON.stringify({ message: 'again' }) }] } });
        await mock.start();
        console.log('ready ' + mock.url + '/v1');
        """;

    private readonly OpenAiFixture _fixture = new(TimeProvider.System);

    public void Dispose() => _fixture.Dispose();

    private static Task<NodePeer> StartMockAsync() => NodePeer.StartScriptAsync(Start);

    private Task<AgentOutcome> SayAsync(AgentModel model, string text) => _fixture.AskAsync(model, AgentSamples.Request(model, text));

    [PeerFact(Mock)]
    public async Task Mock_Streams_PiecesAnswerAndUsage()
    {
        await using var mock = await StartMockAsync();

        var outcome = await SayAsync(OpenAiFixture.Model(new(mock.Ready), """{"model":"gpt-4o"}"""), "hello");

        Assert.Null(outcome.Failure);
        Assert.Equal("Hi there, dear tester! Grüße 👋", Assert.Single(outcome.Replies).Text.ToString());
        Assert.True(_fixture.Sink.Deltas.Count > 3);
        Assert.Equal(("gpt-4o", 12L, 34L), (outcome.Report!.Model, outcome.Report.InputTokens, outcome.Report.OutputTokens));
        Assert.True(outcome.Report.FirstToken > TimeSpan.Zero);
    }

    [PeerTheory(Mock)]
    [InlineData("limited", FailureKind.RateLimited, DeadLetterCauses.AgentError)]
    [InlineData("overloaded", FailureKind.Transient, DeadLetterCauses.AgentError)]
    [InlineData("too long", FailureKind.Permanent, DeadLetterCauses.AgentError)]
    [InlineData("cut", FailureKind.Transient, DeadLetterCauses.AgentUnreachable)]
    [InlineData("malformed", FailureKind.Permanent, DeadLetterCauses.AgentBadAnswer)]
    [InlineData("gone", FailureKind.Transient, DeadLetterCauses.AgentUnreachable)]
    [InlineData("nobody knows this", FailureKind.Permanent, DeadLetterCauses.AgentError)]
    public async Task Mock_Fails_KindAndCause(string text, FailureKind kind, string cause)
    {
        await using var mock = await StartMockAsync();

        var outcome = await SayAsync(OpenAiFixture.Model(new(mock.Ready)), text);

        Assert.Equal((kind, cause), (outcome.Failure?.Kind, outcome.Failure?.Cause));
    }

    [PeerFact(Mock)]
    public async Task Mock_WrongKey_Authentication()
    {
        await using var mock = await StartMockAsync();
        var model = OpenAiFixture.Model(new(mock.Ready), """{"model":"gpt-4o"}""", ("apiKey", "sk-wrong-wrong-wrong"));

        Assert.Equal(FailureKind.Authentication, (await SayAsync(model, "hello")).Failure?.Kind);
        Assert.Equal("server+ key-", string.Join(' ', (await _fixture.Kind.CheckAsync(model, default)).Select(c => c.Check + (c.Ok ? "+" : "-"))));
    }

    [PeerFact(Mock, Everything)]
    public async Task Mock_AsksForToolsOfTheReferenceServer_CalledInOneConversation()
    {
        await using var mock = await StartMockAsync();
        var port = NodePeer.FreePort();
        await using var everything = await StartEverythingAsync(port);
        var model = Model(mock, port);
        var agent = _fixture.Agent(model);

        var outcome = await _fixture.AskAsync(agent, AgentSamples.Request(model, "add 2 and 40, please"));
        var broken = await _fixture.AskAsync(agent, AgentSamples.Request(model, "break it"));
        var loop = await _fixture.AskAsync(agent, AgentSamples.Request(model, "loop"));
        await ((IAsyncDisposable)agent).DisposeAsync();

        Assert.Equal("The sum is 42, said the tool.", Assert.Single(outcome.Replies).Text.ToString());
        Assert.Equal(
            [("all__get-sum", "The sum of 2 and 40 is 42."), ("all__echo", "Echo: hello box")],
            outcome.Report!.Steps.Select(s => (s.Name, s.Output ?? s.Error!)));
        Assert.NotNull(Assert.Single(broken.Report!.Steps).Error);
        Assert.Equal("It did not work.", Assert.Single(broken.Replies).Text.ToString());
        Assert.Equal([null, null, false], loop.Report!.Steps.Where(s => s.Kind == "tool").Select(s => s.Error is null ? null : (bool?)false));
    }

    [PeerFact(Mock, Everything)]
    public async Task ReferenceServer_Restarts_SessionMadeAnew()
    {
        await using var mock = await StartMockAsync();
        var port = NodePeer.FreePort();
        var everything = await StartEverythingAsync(port);
        var model = Model(mock, port);
        var agent = _fixture.Agent(model);

        await _fixture.AskAsync(agent, AgentSamples.Request(model, "add 2 and 40, please"));
        await everything.DisposeAsync();
        await using var again = await StartEverythingAsync(port);
        var outcome = await _fixture.AskAsync(agent, AgentSamples.Request(model, "add 2 and 40, please"));
        await ((IAsyncDisposable)agent).DisposeAsync();

        Assert.Equal(["all__get-sum", "all__echo"], outcome.Report!.Steps.Select(s => s.Kind == "tool" ? s.Name : s.Output));
        Assert.Equal("The sum is 42, said the tool.", Assert.Single(outcome.Replies).Text.ToString());
    }

    [PeerFact(Mock, Everything)]
    public async Task CheckAsync_BothThere_AllWell()
    {
        await using var mock = await StartMockAsync();
        var port = NodePeer.FreePort();
        await using var everything = await StartEverythingAsync(port);

        var checks = await _fixture.Kind.CheckAsync(Model(mock, port), default).AsTask().WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal("server+ key+ model+ tools:all+", string.Join(' ', checks.Select(c => c.Check + (c.Ok ? "+" : "-"))));
    }

    private static AgentModel Model(NodePeer mock, int port) => OpenAiFixture.Model(
        new(mock.Ready), string.Create(CultureInfo.InvariantCulture, $"{{\"model\":\"gpt-4o\",\"mcpServers\":[{{\"name\":\"all\",\"url\":\"http://127.0.0.1:{port}/mcp\",\"tools\":[\"echo\",\"get-sum\"]}}]}}"));

    private static Task<NodePeer> StartEverythingAsync(int port) =>
        NodePeer.StartModuleAsync(Everything + "/dist/index.js", ["streamableHttp"], "listening on port", ("PORT", port.ToString(CultureInfo.InvariantCulture)));
}
