using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Agents.A2a;

public sealed class A2aAgentTests : IDisposable
{
    private readonly A2aFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Ask_Message_SentAsTheProtocolSays()
    {
        var got = new ConcurrentQueue<(string Method, Dictionary<string, string> Headers, JsonElement Body)>();
        await using var server = await HttpServer.StartAsync(async http =>
        {
            if (http.Request.Method == "GET") await http.Response.WriteAsync(A2aFixture.CardOf(http, streams: false));
            else
            {
                got.Enqueue((http.Request.Path!, http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase), await A2aFixture.BodyAsync(http)));
                await http.Response.WriteAsync(A2aFixture.Result("""{"message":{"messageId":"m","contextId":"theirs","role":"ROLE_AGENT","parts":[{"text":"hi"},{"data":{"a":1}}]}}"""));
            }
        });
        var file = new AttachmentRef(Guid.NewGuid(), "a.pdf", "application/pdf", 3);
        var outcome = await _fixture.AskAsync(A2aFixture.Model(new(server.Url, "card")), "hello", extras: new([file], Sender: new(2)));

        Assert.Equal("hi\n\n```json\n{\n  \"a\": 1\n}\n```", A2aFixture.Text(outcome));
        var (path, headers, body) = Assert.Single(got);
        Assert.Equal(("/rpc", "SendMessage", "1.0", $"Bearer {A2aFixture.Token}", "3"), (path, body.GetProperty("method").GetString(), headers["A2A-Version"], headers["Authorization"], headers["X-OpenClaw-Hops"]));
        var message = body.GetProperty("params").GetProperty("message");
        Assert.Equal(("ROLE_USER", "0198c0de-0000-7000-8000-0000000000bb", 3), (message.GetProperty("role").GetString(), message.GetProperty("contextId").GetString(), message.GetProperty("metadata").GetProperty("openclaw.hops").GetInt32()));
        Assert.Equal("hello", message.GetProperty("parts")[0].GetProperty("text").GetString());
        Assert.Equal(("a.pdf", "application/pdf"), (message.GetProperty("parts")[1].GetProperty("filename").GetString(), message.GetProperty("parts")[1].GetProperty("mediaType").GetString()));

        await _fixture.AskAsync(A2aFixture.Model(new(server.Url, "card")), "again", A2aFixture.Remembered(outcome));
        Assert.Equal("theirs", got.Last().Body.GetProperty("params").GetProperty("message").GetProperty("contextId").GetString());
    }

    [Fact]
    public async Task Ask_Stream_ArtifactsAreRepliesAndTheirPiecesDeltas()
    {
        var outcome = await StreamAsync(
            """{"task":{"id":"t","contextId":"c","status":{"state":"TASK_STATE_SUBMITTED"}}}""",
            """{"statusUpdate":{"taskId":"t","contextId":"c","status":{"state":"TASK_STATE_WORKING","message":{"messageId":"w","role":"ROLE_AGENT","parts":[{"text":"I look it up"}]}}}}""",
            """{"artifactUpdate":{"taskId":"t","contextId":"c","artifact":{"artifactId":"a","parts":[{"text":"one "}]}}}""",
            """{"artifactUpdate":{"taskId":"t","contextId":"c","artifact":{"artifactId":"a","parts":[{"text":"two"}]},"append":true,"lastChunk":true}}""",
            """{"artifactUpdate":{"taskId":"t","contextId":"c","artifact":{"artifactId":"b","parts":[{"raw":"AQID","filename":"x.bin","mediaType":"application/x-thing"}]}}}""",
            """{"statusUpdate":{"taskId":"t","contextId":"c","status":{"state":"TASK_STATE_COMPLETED","message":{"messageId":"d","role":"ROLE_AGENT","parts":[{"text":"one two"}]}}}}""");

        Assert.Equal("one two|", A2aFixture.Text(outcome));
        var stored = Assert.Single(outcome.Replies[1].Extras!.Attachments!);
        Assert.Equal(("x.bin", "application/x-thing", 3), (stored.Name, stored.ContentType, stored.Size));
        Assert.Equal([(0, "one "), (0, "two")], _fixture.Sink.Deltas);
        Assert.Equal(["I look it up"], outcome.Report!.Steps.Select(s => s.Output));
    }

    [Fact]
    public async Task Ask_InputRequired_NextMessageGoesOnWithTheTask()
    {
        List<JsonElement> sent = [];
        await using var server = await HttpServer.StartAsync(async http =>
        {
            if (http.Request.Method == "GET")
            {
                await http.Response.WriteAsync(A2aFixture.CardOf(http, streams: false));
                return;
            }

            sent.Add((await A2aFixture.BodyAsync(http)).GetProperty("params").GetProperty("message"));
            await http.Response.WriteAsync(sent.Count switch
            {
                1 => A2aFixture.Result("""{"task":{"id":"t1","contextId":"c1","status":{"state":"TASK_STATE_INPUT_REQUIRED","message":{"messageId":"q","role":"ROLE_AGENT","parts":[{"text":"Which one?"}]}}}}"""),
                2 => """{"jsonrpc":"2.0","id":1,"error":{"code":-32001,"message":"gone"}}""",
                _ => A2aFixture.Result("""{"task":{"id":"t2","contextId":"c1","status":{"state":"TASK_STATE_COMPLETED"},"artifacts":[{"artifactId":"a","parts":[{"text":"That one."}]}]}}"""),
            });
        });
        var model = A2aFixture.Model(new(server.Url, "card"));
        var first = await _fixture.AskAsync(model);
        var second = await _fixture.AskAsync(model, "the red one", A2aFixture.Remembered(first));

        Assert.Equal(("Which one?", "That one."), (A2aFixture.Text(first), A2aFixture.Text(second)));
        Assert.False(sent[0].TryGetProperty("taskId", out _));
        Assert.Equal("t1", sent[1].GetProperty("taskId").GetString());
        Assert.False(sent[2].TryGetProperty("taskId", out _)); // the other side has forgotten it
        Assert.Equal(JsonValueKind.Null, second.Context!.Value.GetProperty("a2a").EnumerateObject().Single().Value.GetProperty("taskId").ValueKind);
    }

    [Fact]
    public async Task Ask_StreamBreaks_TaskIsLookedAfter()
    {
        var looks = 0;
        var outcome = await _fixture.AskAsync(async http =>
        {
            var method = (await A2aFixture.BodyAsync(http)).GetProperty("method").GetString();
            if (method == "SendStreamingMessage")
            {
                http.Response.ContentType = "text/event-stream";
                await http.Response.WriteAsync($"data: {A2aFixture.Result("""{"task":{"id":"t","contextId":"c","status":{"state":"TASK_STATE_WORKING"}}}""")}\n\n");
                return;
            }

            await http.Response.WriteAsync(A2aFixture.Result(++looks == 1
                ? """{"id":"t","contextId":"c","status":{"state":"TASK_STATE_WORKING"}}"""
                : """{"id":"t","contextId":"c","status":{"state":"TASK_STATE_COMPLETED"},"history":[{"messageId":"h","role":"ROLE_AGENT","parts":[{"text":"there"}]}]}"""));
        }, streams: true);

        Assert.Equal("there", A2aFixture.Text(outcome));
        Assert.Equal(2, looks);
    }

    [Fact]
    public async Task Ask_Cancelled_TaskIsCancelledOverThere()
    {
        var cancelled = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await HttpServer.StartAsync(async http =>
        {
            if (http.Request.Method == "GET")
            {
                await http.Response.WriteAsync(A2aFixture.CardOf(http, streams: true));
                return;
            }

            var body = await A2aFixture.BodyAsync(http);
            if (body.GetProperty("method").GetString() == "CancelTask")
            {
                cancelled.SetResult(body.GetProperty("params").GetProperty("id").GetString()!);
                return;
            }

            http.Response.ContentType = "text/event-stream";
            await http.Response.WriteAsync($"data: {A2aFixture.Result("""{"artifactUpdate":{"taskId":"t7","contextId":"c","artifact":{"artifactId":"a","parts":[{"text":"so"}]}}}""")}\n\n");
            await http.Response.Body.FlushAsync();
            await HttpServer.AbortedAsync(http);
        });
        using var stop = new CancellationTokenSource();
        using var fixture = new A2aFixture(new TestClock()); // the few seconds that a cancel may take are not those of a busy machine
        var asking = fixture.AskAsync(A2aFixture.Model(new(server.Url, "card")), cancellationToken: stop.Token);
        await fixture.Sink.WaitForAsync(1);
        begun.TrySetResult();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.Equal("t7", await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Ask_HttpJsonBinding_ByItsPaths()
    {
        ConcurrentQueue<string> paths = new();
        await using var server = await HttpServer.StartAsync(async http =>
        {
            paths.Enqueue($"{http.Request.Method} {http.Request.Path}");
            await http.Response.WriteAsync(http.Request.Path.Value switch
            {
                "/card" => A2aFixture.CardOf(http, streams: false, "HTTP+JSON").Replace("\"protocolVersion\"", "\"tenant\":\"us\",\"protocolVersion\"", StringComparison.Ordinal),
                "/rpc/us/message:send" => """{"task":{"id":"t","status":{"state":"TASK_STATE_SUBMITTED"}}}""",
                _ => """{"id":"t","status":{"state":"TASK_STATE_COMPLETED"},"artifacts":[{"artifactId":"a","parts":[{"text":"done"}]}]}""",
            });
        });
        Assert.Equal("done", A2aFixture.Text(await _fixture.AskAsync(A2aFixture.Model(new(server.Url, "card")))));
        Assert.Equal(["GET /card", "POST /rpc/us/message:send", "GET /rpc/us/tasks/t"], paths);
    }

    [Fact]
    public async Task Card_KeptAndAskedForByItsTag()
    {
        var clock = new TestClock();
        using var fixture = new A2aFixture(clock);
        List<string> tags = [];
        await using var server = await HttpServer.StartAsync(http =>
        {
            if (http.Request.Method != "GET") return http.Response.WriteAsync(A2aFixture.Result("""{"message":{"messageId":"m","parts":[{"text":"hi"}]}}"""));
            tags.Add(http.Request.Headers.IfNoneMatch.ToString());
            http.Response.Headers.ETag = "\"v1\"";
            http.Response.Headers.CacheControl = "max-age=120";
            if (tags.Count == 1) return http.Response.WriteAsync(A2aFixture.CardOf(http, streams: false));
            http.Response.StatusCode = 304;
            return Task.CompletedTask;
        });
        var model = A2aFixture.Model(new(server.Url, "card"));
        var agent = fixture.Kind.Create(model);
        for (var i = 0; i < 3; i++) Assert.Equal("hi", A2aFixture.Text(await fixture.AskAsync(agent, model, "hello")));
        Assert.Equal([""], tags);
        clock.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal("hi", A2aFixture.Text(await fixture.AskAsync(agent, model, "hello")));
        Assert.Equal(["", "\"v1\""], tags);
    }

    [Theory]
    [InlineData("TASK_STATE_FAILED", "The agent's task failed: no stock")]
    [InlineData("TASK_STATE_REJECTED", "The agent rejected the task: no stock")]
    [InlineData("TASK_STATE_CANCELED", "The agent canceled the task: no stock")]
    public async Task Ask_TaskEndsBadly_SaysHow(string state, string detail)
    {
        var outcome = await _fixture.AnswerAsync(A2aFixture.Result("""{"task":{"id":"t","status":{"state":"STATE","message":{"messageId":"m","parts":[{"text":"no stock"}]}}}}""".Replace("STATE", state, StringComparison.Ordinal)));
        Assert.Equal((FailureKind.Permanent, DeadLetterCauses.AgentError, detail), (outcome.Failure!.Kind, outcome.Failure.Cause, outcome.Failure.Detail));
    }

    [Theory]
    [InlineData("{", FailureKind.Permanent, "agent_bad_answer", "is not JSON")]
    [InlineData("[]", FailureKind.Permanent, "agent_bad_answer", "no JSON object")]
    [InlineData("\xff", FailureKind.Permanent, "agent_bad_answer", "not JSON")]
    [InlineData("""{"jsonrpc":"2.0","id":1}""", FailureKind.Permanent, "agent_bad_answer", "neither result nor error")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{}}""", FailureKind.Permanent, "agent_bad_answer", "none of message, task")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"task":{"id":7}}}""", FailureKind.Permanent, "agent_bad_answer", "task.id must be a string")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"message":{"parts":[{"raw":"???"}]}}}""", FailureKind.Permanent, "agent_bad_answer", "base64")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"message":{"parts":[{"text":"\ud800"}]}}}""", FailureKind.Permanent, "agent_bad_answer", "well-formed Unicode")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"oops"}}""", FailureKind.Transient, "agent_error", "-32603: oops")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":-32009,"message":"old"}}""", FailureKind.Permanent, "agent_error", "-32009: old")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{}}""", FailureKind.Permanent, "agent_error", "without a word")]
    public async Task Ask_Nonsense_SaysWhat(string body, FailureKind kind, string cause, string detail)
    {
        foreach (var streams in new[] { false, true })
        {
            var outcome = streams ? await _fixture.AnswerAsync($"data: {body}\n\n", "text/event-stream", streams) : await _fixture.AnswerAsync(body);
            Assert.Equal((kind, cause), (outcome.Failure!.Kind, outcome.Failure.Cause));
            Assert.Contains(detail, outcome.Failure.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Ask_TaskWithoutId_CannotBeLookedAfter()
    {
        var outcome = await _fixture.AnswerAsync(A2aFixture.Result("""{"task":{"status":{"state":"TASK_STATE_WORKING"}}}"""));
        Assert.Equal((FailureKind.Permanent, "The agent answered with a task that has no id."), (outcome.Failure!.Kind, outcome.Failure.Detail));
    }

    [Fact]
    public async Task Ask_StreamWithoutEnd_IsABrokenConnection()
    {
        var outcome = await _fixture.AnswerAsync(": hello\n\n", "text/event-stream", streams: true);
        Assert.Equal((FailureKind.Transient, DeadLetterCauses.AgentUnreachable), (outcome.Failure!.Kind, outcome.Failure.Cause));
    }

    [Fact]
    public async Task Ask_EndlessStream_IsTooLarge()
    {
        var outcome = await _fixture.AskAsync(async http =>
        {
            http.Response.ContentType = "text/event-stream";
            var piece = Encoding.UTF8.GetBytes($"data: {A2aFixture.Result("""{"artifactUpdate":{"taskId":"t","artifact":{"artifactId":"a","parts":[{"text":"LONG"}]},"append":true}}""".Replace("LONG", new string('x', 60_000), StringComparison.Ordinal))}\n\n");
            while (!http.RequestAborted.IsCancellationRequested) await http.Response.Body.WriteAsync(piece, http.RequestAborted);
        }, streams: true);
        Assert.Equal(DeadLetterCauses.AgentAnswerTooLarge, outcome.Failure!.Cause);
    }

    [Fact]
    public async Task Ask_EndlessLine_IsTooLarge()
    {
        var outcome = await _fixture.AskAsync(async http =>
        {
            http.Response.ContentType = "text/event-stream";
            var piece = new byte[64 * 1024];
            piece.AsSpan().Fill((byte)'x');
            while (!http.RequestAborted.IsCancellationRequested) await http.Response.Body.WriteAsync(piece, http.RequestAborted);
        }, streams: true);
        Assert.Equal(DeadLetterCauses.AgentAnswerTooLarge, outcome.Failure!.Cause);
    }

    [Fact]
    public async Task Ask_Silence_IsATimeout()
    {
        var outcome = await _fixture.AskAsync(HttpServer.AbortedAsync, timeoutSeconds: 1);
        Assert.Equal((FailureKind.Timeout, DeadLetterCauses.AgentTimeout), (outcome.Failure!.Kind, outcome.Failure.Cause));
    }

    [Theory]
    [InlineData("{}", "names no interface")]
    [InlineData("""{"url":"http://x/","protocolVersion":"0.3.0"}""", "A2A 0.3")]
    [InlineData("""{"supportedInterfaces":[{"url":"x:1","protocolBinding":"GRPC","protocolVersion":"1.0"}]}""", "GRPC 1.0")]
    [InlineData("""{"supportedInterfaces":[{"url":"http://x/","protocolBinding":"JSONRPC","protocolVersion":"2.0"}]}""", "JSONRPC 2.0")]
    [InlineData("""{"supportedInterfaces":[{"url":"file:///etc/passwd","protocolBinding":"JSONRPC","protocolVersion":"1.0"}]}""", "no http or https address")]
    [InlineData("""{"supportedInterfaces":[{"url":"http://elsewhere.example/","protocolBinding":"JSONRPC","protocolVersion":"1.0"}]}""", "leads to http://elsewhere.example")]
    [InlineData("nothing", "is not JSON")]
    public async Task Ask_CardThatCannotBeUsed_SaysWhy(string card, string detail)
    {
        var outcome = await _fixture.AskAsync(_ => Task.CompletedTask, card: card);
        Assert.Equal(DeadLetterCauses.AgentBadAnswer, outcome.Failure!.Cause);
        Assert.Contains(detail, outcome.Failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, FailureKind.Authentication)]
    [InlineData(302, FailureKind.Permanent)]
    [InlineData(503, FailureKind.Transient)]
    public async Task Ask_CardRefused_SaysWhereAndHow(int status, FailureKind kind)
    {
        await using var server = await HttpServer.StartAsync(http =>
        {
            http.Response.StatusCode = status;
            http.Response.Headers.Location = "http://127.0.0.1:1/";
            return Task.CompletedTask;
        });
        var outcome = await _fixture.AskAsync(A2aFixture.Model(server.Url));
        Assert.Equal(kind, outcome.Failure!.Kind);
        Assert.Contains($"{server.Url}.well-known/agent-card.json: HTTP {status}", outcome.Failure.Detail, StringComparison.Ordinal);
        Assert.True(outcome.Failure.NeverSent);
    }

    [Fact]
    public async Task Ask_PrivateAddress_IsForbidden()
    {
        var outcome = await _fixture.AskAsync(A2aFixture.Model(new("http://10.1.2.3/card")));
        Assert.Equal((FailureKind.Forbidden, DeadLetterCauses.DestinationForbidden), (outcome.Failure!.Kind, outcome.Failure.Cause));
    }

    [Fact]
    public async Task Check_OfTheCard_SaysWhetherItCouldBeAsked()
    {
        await using var server = await HttpServer.StartAsync(http => http.Response.WriteAsync(A2aFixture.CardOf(http, streams: true)));
        Assert.True(Assert.Single(await _fixture.Kind.CheckAsync(A2aFixture.Model(server.Url), default)).Ok);
        var nobody = Assert.Single(await _fixture.Kind.CheckAsync(A2aFixture.Model(RawServer.NobodyThere()), default));
        Assert.False(nobody.Ok);
        Assert.NotNull(nobody.Fix);
    }

    [Theory]
    [InlineData("{}", "settings.cardUrl")]
    [InlineData("""{"cardUrl":"ftp://x"}""", "settings.cardUrl")]
    [InlineData("""{"cardUrl":"https://x","timeoutSeconds":0}""", "settings.timeoutSeconds")]
    public void Validate_Faults_Named(string settings, string field) => Assert.Contains(_fixture.Kind.Validate(AgentSamples.Json(settings)), f => f.Field == field);

    private Task<AgentOutcome> StreamAsync(params string[] results) =>
        _fixture.AnswerAsync(string.Concat(results.Select(r => $"data: {A2aFixture.Result(r)}\n\n")), "text/event-stream", streams: true);
}
