using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Agents.OpenAi;

public sealed class OpenAiAnswerTests : IDisposable
{
    private readonly OpenAiFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task AskAsync_Stream_PiecesAnswerAndReport()
    {
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(ModelServer.Says("Hel", "lo ", "👋")));

        var outcome = await _fixture.AskAsync(OpenAiFixture.Model(server.Url));

        Assert.Null(outcome.Failure);
        Assert.Equal("Hello 👋", Assert.Single(outcome.Replies).Text.ToString());
        Assert.Equal([(0, "Hel"), (0, "lo "), (0, "👋")], _fixture.Sink.Deltas);
        Assert.Equal(("gpt-test-2026", 7L, 3L), (outcome.Report!.Model, outcome.Report.InputTokens, outcome.Report.OutputTokens));
        Assert.NotNull(outcome.Report.FirstToken);
        Assert.Empty(outcome.Report.Steps);
        Assert.Equal("/v1/chat/completions", server.Path);
        Assert.Equal("Bearer " + OpenAiFixture.Key, server.Headers["Authorization"]);
        Assert.StartsWith("OpenClaw-Gateway", server.Headers["User-Agent"], StringComparison.Ordinal);
        Assert.Equal("text/event-stream, application/json", server.Headers["Accept"]);
        var request = Assert.Single(server.Requests);
        Assert.Equal("gpt-test", request.GetProperty("model").GetString());
        Assert.True(request.GetProperty("stream").GetBoolean());
        Assert.True(request.GetProperty("stream_options").GetProperty("include_usage").GetBoolean());
        Assert.False(request.TryGetProperty("temperature", out _));
        Assert.False(request.TryGetProperty("tools", out _));
        Assert.Equal("""[{"role":"user","content":"hello"}]""", request.GetProperty("messages").GetRawText());
    }

    [Fact]
    public async Task AskAsync_PieceArrives_GoesOnBeforeTheNext()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ModelServer.StartAsync(async c =>
        {
            c.Response.ContentType = "text/event-stream";
            await c.Response.WriteAsync(ModelServer.Delta("first"));
            await c.Response.Body.FlushAsync();
            await go.Task;
            await c.Response.WriteAsync(ModelServer.Says(" second"));
        });

        var asked = _fixture.AskAsync(OpenAiFixture.Model(server.Url));
        await _fixture.Sink.WaitForAsync(1);
        Assert.False(asked.IsCompleted);
        go.SetResult();

        Assert.Equal("first second", (await asked).Replies[0].Text.ToString());
    }

    [Fact]
    public async Task AskAsync_NoKey_NoAuthorization()
    {
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(ModelServer.Says("x")));

        var outcome = await _fixture.AskAsync(OpenAiFixture.Model(server.Url, secrets: ("other", "value-value")));

        Assert.True(outcome.IsAnswer);
        Assert.False(server.Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task AskAsync_AllSettings_InTheRequest()
    {
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(ModelServer.Says("x")));
        var model = OpenAiFixture.Model(server.Url, """{"temperature":0.25,"maxTokens":50,"parameters":{"top_p":0.5,"stop":["END"]},"headers":{"X-Title":"Support"}}""");

        await _fixture.AskAsync(model);

        var request = Assert.Single(server.Requests);
        Assert.Equal((0.25, 50, 0.5), (request.GetProperty("temperature").GetDouble(), request.GetProperty("max_tokens").GetInt32(), request.GetProperty("top_p").GetDouble()));
        Assert.Equal("""["END"]""", request.GetProperty("stop").GetRawText());
        Assert.Equal("Support", server.Headers["X-Title"]);
    }

    [Fact]
    public async Task AskAsync_PromptHistoryNote_AsMessages()
    {
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(ModelServer.Says("x")));
        var model = OpenAiFixture.Model(server.Url, """{"systemPrompt":"You are {{agent}} of {{ tenant }}. Talk {{user.locale}} to {{user.name}} on {{channel.name}} ({{channel.kind}}). {{context.order.id}} {{preferences.tone}} {{settings.tone}} {{context.none}}| {{date}}","historyMessages":3}""");
        var at = DateTimeOffset.UnixEpoch;
        var request = Request(model, "and now?", [
            new(MessageFrom.User, Utf8Text.From("too old"), at), new(MessageFrom.User, Utf8Text.From("hi"), at), new(MessageFrom.Agent, Utf8Text.From("hello"), at), new(MessageFrom.Operator, Utf8Text.From("I am Eve"), at)]);

        await _fixture.AskAsync(model, request);

        var messages = Assert.Single(server.Requests).GetProperty("messages");
        Assert.Equal("You are support of Acme. Talk en to {{context.secret}} on Web chat (websocket). 42 formal {\"a\":1} | 2026-11-22\n\nA person of the team has written in this conversation and left you this note: be kind", messages[0].GetProperty("content").GetString());
        Assert.Equal("""[{"role":"user","content":"hi"},{"role":"assistant","content":"hello"},{"role":"assistant","content":"I am Eve","name":"operator"},{"role":"user","content":"and now?"}]""",
            JsonSerializer.Serialize(messages.EnumerateArray().Skip(1)));
    }

    private static AgentRequest Request(AgentModel model, string text, HistoryEntry[] history) => new()
    {
        Id = Guid.NewGuid(), Attempt = 1, Agent = model, Channel = AgentSamples.Channel, SessionId = Guid.NewGuid(), Address = new("room", null, "u1", "{{context.secret}}", "en"),
        Context = """{"order":{"id":42},"secret":"s"}"""u8.ToArray(), Preferences = """{"tone":"formal"}"""u8.ToArray(), AgentSettings = """{"tone":{"a":1}}"""u8.ToArray(),
        Note = "be kind", Text = Utf8Text.From(text), At = DateTimeOffset.UnixEpoch, HistoryBefore = _ => history,
    };

    [Fact]
    public async Task AskAsync_SessionChooses_ModelAndTemperature()
    {
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(ModelServer.Says("x")));
        var model = OpenAiFixture.Model(server.Url, """{"temperature":1}""");

        var outcome = await _fixture.AskAsync(model, With(model, agentSettings: """{"model":"better","temperature":9}"""));

        Assert.Equal(("better", 1d), (server.Requests.First().GetProperty("model").GetString(), server.Requests.First().GetProperty("temperature").GetDouble()));
        Assert.Contains("temperature", Assert.Single(outcome.Report!.Steps).Name, StringComparison.Ordinal);
    }

    private static AgentRequest With(AgentModel model, string? agentSettings = null, MessageExtras? extras = null, string text = "hello") => new()
    {
        Id = Guid.NewGuid(), Attempt = 1, Agent = model, Channel = AgentSamples.Channel, SessionId = Guid.NewGuid(), Address = new("room", null, "u1", "Ada"), Text = Utf8Text.From(text), Extras = extras,
        AgentSettings = agentSettings is null ? null : Encoding.UTF8.GetBytes(agentSettings), At = DateTimeOffset.UnixEpoch, HistoryBefore = _ => [],
    };

    [Fact]
    public async Task AskAsync_Files_PicturesTextsAndNames()
    {
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(ModelServer.Says("x")));
        var model = OpenAiFixture.Model(server.Url);
        var extras = new MessageExtras([Blob("a.png", "image/png", [1, 2, 3]), Blob("n.txt", "text/plain", "note"u8.ToArray()), new(Guid.NewGuid(), "b.pdf", "application/pdf", 5_000)]);

        await _fixture.AskAsync(model, With(model, extras: extras));

        Assert.Equal("""[{"type":"text","text":"hello\n[file: n.txt]\nnote\n[end of file]\n[file: b.pdf, application/pdf, 4 KB]"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AQID"}}]""",
            server.Requests.First().GetProperty("messages")[0].GetProperty("content").GetRawText());
    }

    [Fact]
    public async Task AskAsync_ImagesRefused_AskedWithoutThemAndRemembered()
    {
        await using var server = await ModelServer.StartAsync(ModelServer.Error(400, "this model does not support image input"), ModelServer.Stream(ModelServer.Says("x")));
        var model = OpenAiFixture.Model(server.Url);
        var agent = _fixture.Agent(model);
        var request = With(model, extras: new MessageExtras([Blob("a.png", "image/png", [1, 2, 3])]));

        var outcome = await _fixture.AskAsync(agent, request);
        await _fixture.AskAsync(agent, request);

        Assert.True(outcome.IsAnswer);
        Assert.Contains("images", Assert.Single(outcome.Report!.Steps).Output, StringComparison.Ordinal);
        Assert.Equal(3, server.Requests.Count);
        Assert.Equal("hello\n[file: a.png, image/png, 1 KB]", server.Requests.Last().GetProperty("messages")[0].GetProperty("content").GetString());
    }

    private AttachmentRef Blob(string name, string type, byte[] bytes)
    {
        var id = Guid.NewGuid();
        _fixture.Blobs.Kept[(AgentSamples.Tenant.Id, id)] = bytes;
        return new(id, name, type, bytes.Length);
    }

    [Fact]
    public async Task AskAsync_StreamOptionsRefused_AskedWithoutAndRemembered()
    {
        await using var server = await ModelServer.StartAsync(ModelServer.Error(400, "Unrecognized request argument supplied: stream_options"), ModelServer.Stream(ModelServer.Says("x")));
        var model = OpenAiFixture.Model(server.Url);
        var agent = _fixture.Agent(model);

        Assert.True((await _fixture.AskAsync(agent, AgentSamples.Request(model))).IsAnswer);
        Assert.True((await _fixture.AskAsync(agent, AgentSamples.Request(model))).IsAnswer);

        Assert.Equal([true, false, false], server.Requests.Select(r => r.TryGetProperty("stream_options", out _)));
    }

    [Fact]
    public async Task AskAsync_MaxTokensRefused_TheOtherName()
    {
        await using var server = await ModelServer.StartAsync(ModelServer.Error(400, "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."), ModelServer.Stream(ModelServer.Says("x")));

        Assert.True((await _fixture.AskAsync(OpenAiFixture.Model(server.Url, """{"maxTokens":5}"""))).IsAnswer);

        Assert.Equal([true, false], server.Requests.Select(r => r.TryGetProperty("max_tokens", out _)));
        Assert.True(server.Requests.Last().TryGetProperty("max_completion_tokens", out _));
    }

    [Fact]
    public async Task AskAsync_RolesMustAlternate_MessagesAreJoined()
    {
        await using var server = await ModelServer.StartAsync(ModelServer.Error(500, "Conversation roles must alternate user/assistant/user/assistant/..."), ModelServer.Error(400, "System role not supported"), ModelServer.Stream(ModelServer.Says("x")));
        var model = OpenAiFixture.Model(server.Url, """{"systemPrompt":"Be nice."}""");
        var at = DateTimeOffset.UnixEpoch;

        await _fixture.AskAsync(model, AgentSamples.Request(model, "d", null, new(MessageFrom.Agent, Utf8Text.From("0"), at), new(MessageFrom.User, Utf8Text.From("a"), at), new(MessageFrom.Agent, Utf8Text.From("b"), at), new(MessageFrom.Operator, Utf8Text.From("B"), at), new(MessageFrom.User, Utf8Text.From("c"), at)));

        Assert.Equal("""[{"role":"user","content":"Be nice.\n\na"},{"role":"assistant","content":"b\n\nB"},{"role":"user","content":"c\n\nd"}]""", server.Requests.Last().GetProperty("messages").GetRawText());
    }

    [Fact]
    public async Task AskAsync_ServerDoesNotStream_WholeAnswer()
    {
        var outcome = await _fixture.AskAsync(ModelServer.Answer("""{"id":"x","object":"chat.completion","model":"m1","choices":[{"index":0,"message":{"role":"assistant","content":"whole"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"""));

        Assert.Equal("whole", Assert.Single(outcome.Replies).Text.ToString());
        Assert.Equal(("m1", 1L, 2L), (outcome.Report!.Model, outcome.Report.InputTokens, outcome.Report.OutputTokens));
    }

    [Fact]
    public async Task AskAsync_OtherModelsFields_Ignored()
    {
        const string Stream = """
            : OPENROUTER PROCESSING

            event: message
            id: 5
            data: {"model":"m","choices":[{"index":0,"delta":{"role":"assistant","reasoning_content":"hmm","content":null},"logprobs":null}],"usage":null}

            data: {"choices":[{"delta":{"reasoning":"hmm","reasoning_details":[{"type":"x"}],"content":""}}],"usage":{"prompt_tokens":"many"},"p":"obfuscated"}

            data: {"choices":[{"index":0,"delta":{"content":[{"type":"thinking","thinking":[]},{"type":"text","text":"<think>secret"}]}}]}

            data: {"choices":[{"index":1,"delta":{"content":"second choice"}},{"index":0,"delta":{"content":" plan</think>\n\n"}}]}

            data: {"prompt_filter_results":[],"choices":[]}

            data: {"choices":[{"index":0,"delta":{"content":"Yes","annotations":[]},"content_filter_results":{},"finish_reason":"eos_token"}],"x_groq":{"usage":{"prompt_tokens":4,"completion_tokens":5}}}

            data: [DONE]


            """;

        var outcome = await _fixture.AskAsync(ModelServer.Stream(Stream.ReplaceLineEndings("\r\n")));

        Assert.Null(outcome.Failure);
        Assert.Equal("Yes", Assert.Single(outcome.Replies).Text.ToString());
        Assert.Equal((4L, 5L), (outcome.Report!.InputTokens, outcome.Report.OutputTokens));
    }

    [Fact]
    public async Task AskAsync_CharacterBrokenAnywhere_Whole()
    {
        var events = Encoding.UTF8.GetBytes(ModelServer.Says("a€b👋c"));
        for (var cut = 1; cut < Math.Min(events.Length, 260); cut += 3)
        {
            var (first, second) = (events[..cut], events[cut..]);
            var outcome = await _fixture.AskAsync(async c =>
            {
                c.Response.ContentType = "text/event-stream";
                await c.Response.Body.WriteAsync(first);
                await c.Response.Body.FlushAsync();
                await c.Response.Body.WriteAsync(second);
            });

            Assert.Equal("a€b👋c", Assert.Single(outcome.Replies).Text.ToString());
        }
    }

    [Fact]
    public async Task AskAsync_CharacterBrokenBetweenChunks_Joined()
    {
        byte[] events =
        [
            .. Encoding.Latin1.GetBytes("data: {\"choices\":[{\"delta\":{\"content\":\"1\u00E2\"}}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"\u0082\u00AC2\"}}]}\n\n"),
            .. """data: {"choices":[{"delta":{"content":"\ud83d"}}]}"""u8, .. "\n\n"u8, .. """data: {"choices":[{"delta":{"content":"\udc4b3\ud83d"}}]}"""u8, .. "\n\n"u8,
            .. Encoding.Latin1.GetBytes("data: {\"choices\":[{\"delta\":{\"content\":\"x\u00FF\"},\"finish_reason\":\"stop\"}]}\n\n"),
        ];

        var outcome = await _fixture.AskAsync(ModelServer.Stream(events));

        Assert.Equal("1€2👋3\uFFFDx\uFFFD", Assert.Single(outcome.Replies).Text.ToString());
        Assert.Equal("1€2👋3\uFFFDx\uFFFD", string.Concat(_fixture.Sink.Deltas.Select(d => d.Text)));
    }

    [Theory]
    [InlineData("length", "partly", true, "length")]
    [InlineData("content_filter", "partly", true, "content_filter")]
    [InlineData("stop", "", true, "empty")]
    [InlineData("length", "", false, null)]
    [InlineData("content_filter", "", false, null)]
    public async Task AskAsync_FinishReason_AnswerOrFailure(string reason, string text, bool isAnswer, string? note)
    {
        var outcome = await _fixture.AskAsync(ModelServer.Stream(ModelServer.Delta(text) + ModelServer.Chunk("{}", reason) + ModelServer.Done));

        Assert.Equal(isAnswer, outcome.IsAnswer);
        if (note is not null) Assert.Equal(note, Assert.Single(outcome.Report!.Steps).Name);
        else Assert.Equal(FailureKind.Permanent, outcome.Failure!.Kind);
    }

    [Fact]
    public async Task AskAsync_Refusal_ItsWordsAndANote()
    {
        var outcome = await _fixture.AskAsync(ModelServer.Stream(ModelServer.Chunk("""{"refusal":"I cannot help with that."}""") + ModelServer.Chunk("{}", "stop") + ModelServer.Done));

        Assert.Equal("I cannot help with that.", Assert.Single(outcome.Replies).Text.ToString());
        Assert.Equal("refusal", Assert.Single(outcome.Report!.Steps).Name);
    }

    [Fact]
    public async Task AskAsync_FinishedWithoutDone_Answer()
    {
        var outcome = await _fixture.AskAsync(ModelServer.Stream(ModelServer.Delta("all") + ModelServer.Chunk("{}", "stop")));

        Assert.Equal("all", Assert.Single(outcome.Replies).Text.ToString());
    }

    [Fact]
    public async Task AskAsync_FinishedButNeverEnds_AnswerAfterSomeSeconds()
    {
        await using var server = await ModelServer.StartAsync(async c =>
        {
            c.Response.ContentType = "text/event-stream";
            await c.Response.WriteAsync(ModelServer.Delta("all") + ModelServer.Chunk("{}", "stop"));
            await c.Response.Body.FlushAsync();
            await HttpServer.AbortedAsync(c);
        });

        var start = _fixture.Clock.GetUtcNow();

        var asked = _fixture.AskAsync(OpenAiFixture.Model(server.Url, """{"timeoutSeconds":600,"answerWithinSeconds":3600}"""));
        await _fixture.Sink.WaitForAsync(1);
        while (!asked.IsCompleted)
        {
            _fixture.Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System); // the last word comes over a real connection, and must not meet the time-out
        }

        Assert.Equal("all", (await asked).Replies[0].Text.ToString());
        Assert.True(_fixture.Clock.GetUtcNow() - start < TimeSpan.FromSeconds(600));
    }
}
