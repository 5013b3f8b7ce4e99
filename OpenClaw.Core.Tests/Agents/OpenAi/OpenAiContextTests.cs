using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Agents.OpenAi;

/// <summary>A conversation that is longer than the model can read.</summary>
public sealed class OpenAiContextTests : IDisposable
{
    private readonly OpenAiFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    /// <summary>Twenty entries of a hundred characters each.</summary>
    private static AgentRequest LongTalk(AgentModel model, int entries = 20) => AgentSamples.Request(model, "now", null,
        [.. Enumerable.Range(0, entries).Select(i => new HistoryEntry(i % 2 == 0 ? MessageFrom.User : MessageFrom.Agent, Utf8Text.From($"h{i}".PadRight(100, '.')), DateTimeOffset.UnixEpoch))]);

    private static int Sent(JsonElement request) => request.GetProperty("messages").GetArrayLength() - 1;

    /// <summary>Refuses what is longer than so many messages, in words.</summary>
    private static RequestDelegate Fits(Func<ModelServer> server, int most, string words) => c =>
        Sent(server().Requests.Last()) > most ? ModelServer.Error(400, words, "context_length_exceeded")(c) : ModelServer.Stream(ModelServer.Says("ok"))(c);

    [Theory]
    [InlineData("This model's maximum context length is 8192 tokens. However, your messages resulted in 16384 tokens.", "context_length_exceeded", 400, 8)]
    [InlineData("This model's maximum context length is 4096 tokens. However, you requested 6000 tokens (4000 in the messages, 2000 in the completion). Please reduce the length.", null, 400, 9)]
    [InlineData("prompt is too long: 400000 tokens > 200000 maximum", null, 400, 8)]
    [InlineData("The input token count (2,097,152) exceeds the maximum number of tokens allowed (1,048,576).", null, 400, 8)]
    [InlineData("request (8192 tokens) exceeds the available context size (4096 tokens), try increasing it", "exceed_context_size_error", 400, 8)]
    [InlineData("Request too large for gpt-4o in organization org-1234567 on tokens per min (TPM): Limit 20000, Requested 40000. Visit https://x.example/2026", "rate_limit_exceeded", 429, 8)]
    [InlineData("the request exceeds the available context size, try increasing it", "exceed_context_size_error", 400, 5)]
    [InlineData("This model's maximum context length is 8192 tokens.", null, 400, 5)]
    [InlineData("Too many tokens in request", null, 422, 5)]
    [InlineData("Request Entity Too Large", null, 413, 5)]
    public async Task AskAsync_TooLong_ShortenedSoThatItFitsAndSaid(string message, string? code, int status, int kept)
    {
        await using var server = await ModelServer.StartAsync(ModelServer.Error(status, message, code), ModelServer.Stream(ModelServer.Says("ok")));
        var model = OpenAiFixture.Model(server.Url);

        var outcome = await _fixture.AskAsync(model, LongTalk(model));

        Assert.True(outcome.IsAnswer);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"the {20 - kept} oldest of 20 messages were left out"), Assert.Single(outcome.Report!.Steps).Output, StringComparison.Ordinal);
        var sent = server.Requests.Last().GetProperty("messages").EnumerateArray().Select(m => m.GetProperty("content").GetString()!.TrimEnd('.')).ToList();
        Assert.Equal([.. Enumerable.Range(20 - kept, kept).Select(i => $"h{i}"), "now"], sent);
    }

    [Fact]
    public async Task AskAsync_LongSystemPrompt_ItsShareIsTakenFromTheHistory()
    {
        await using var server = await ModelServer.StartAsync(ModelServer.Error(400, "prompt is too long: 4000 tokens > 3000 maximum"), ModelServer.Stream(ModelServer.Says("ok")));
        var model = OpenAiFixture.Model(server.Url, $"{{\"systemPrompt\":\"{new string('s', 2_000)}\"}}");

        await _fixture.AskAsync(model, LongTalk(model));

        Assert.Equal(6, Sent(server.Requests.Last()) - 1);
    }

    [Fact]
    public async Task AskAsync_StillTooLong_FailsForGoodAfterOneRepeat()
    {
        await using var server = await ModelServer.StartAsync(ModelServer.Error(400, "maximum context length", "context_length_exceeded"));
        var model = OpenAiFixture.Model(server.Url);

        var outcome = await _fixture.AskAsync(model, LongTalk(model));

        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(FailureKind.Permanent, outcome.Failure?.Kind);
        Assert.Contains("historyMessages", outcome.Failure!.Detail, StringComparison.Ordinal);
        Assert.Single(outcome.Report!.Steps);
    }

    [Fact]
    public async Task AskAsync_NextMessage_BeginsShortenedAndSaysSo()
    {
        ModelServer server = null!;
        await using var started = server = await ModelServer.StartAsync(Fits(() => server, 6, "the request exceeds the available context size"));
        var model = OpenAiFixture.Model(server.Url);
        var agent = _fixture.Agent(model);

        await _fixture.AskAsync(agent, LongTalk(model));
        var next = await _fixture.AskAsync(agent, LongTalk(model, 24)); // of which historyMessages takes 20
        var small = await _fixture.AskAsync(agent, LongTalk(model, 3));

        Assert.Equal([20, 5, 5, 3], server.Requests.Select(Sent));
        Assert.Contains("the 15 oldest of 20 messages were left out", Assert.Single(next.Report!.Steps).Output, StringComparison.Ordinal);
        Assert.Empty(small.Report!.Steps);
    }

    [Fact]
    public async Task AskAsync_AfterADeadMessage_NextOnesFit()
    {
        ModelServer server = null!;
        await using var started = server = await ModelServer.StartAsync(Fits(() => server, 1, "the request exceeds the available context size"));
        var model = OpenAiFixture.Model(server.Url);
        var agent = _fixture.Agent(model);

        var dead = await _fixture.AskAsync(agent, LongTalk(model));
        var next = await _fixture.AskAsync(agent, LongTalk(model));

        Assert.NotNull(dead.Failure);
        Assert.True(next.IsAnswer);
        Assert.Equal([20, 5, 1], server.Requests.Select(Sent));
    }

    [Fact]
    public async Task AskAsync_HourLater_WholeConversationIsTriedAgain()
    {
        ModelServer server = null!;
        await using var started = server = await ModelServer.StartAsync(Fits(() => server, 6, "the request exceeds the available context size"));
        var model = OpenAiFixture.Model(server.Url);
        var agent = _fixture.Agent(model);

        await _fixture.AskAsync(agent, LongTalk(model));
        _fixture.Clock.Advance(TimeSpan.FromMinutes(61));
        await _fixture.AskAsync(agent, LongTalk(model));

        Assert.Equal([20, 5, 20, 5], server.Requests.Select(Sent));
    }
}
