using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpenClaw.Core.Tests.Agents.Tools;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents;

namespace OpenClaw.Core.Tests.Agents.OpenAi;

public sealed class OpenAiToolTests : IDisposable
{
    private const string Token = "tok-0123456789";

    private readonly OpenAiFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    private static AgentModel Model(ModelServer model, McpFake tools, string more = "") => OpenAiFixture.Model(
        model.Url, "{\"mcpServers\":[{\"name\":\"box\",\"url\":\"" + tools.Url + "\"}]" + more + "}", ("apiKey", OpenAiFixture.Key), ("mcp.box", Token));

    private static string? LastResult(ModelServer server) => server.Requests.Last().GetProperty("messages").EnumerateArray().Last().GetProperty("content").GetString();

    [Fact]
    public async Task AskAsync_ModelCallsATool_ResultGoesBackAndStepIsToldOf()
    {
        await using var tools = await McpFake.StartAsync();
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(ModelServer.Delta("Let me see.") + ModelServer.Calls(("echo", "{\"a\":1}"))), ModelServer.Stream(ModelServer.Says("It is 1.")));
        var agent = _fixture.Agent(Model(server, tools));

        var outcome = await _fixture.AskAsync(agent, AgentSamples.Request(Model(server, tools)));

        Assert.Equal(["Let me see.", "It is 1."], outcome.Replies.Select(r => r.Text.ToString()));
        Assert.Equal([(0, "Let me see."), (1, "It is 1.")], _fixture.Sink.Deltas);
        var step = Assert.Single(outcome.Report!.Steps);
        Assert.Equal(("tool", "box__echo", "{\"a\":1}", "{\"a\":1}", null), (step.Kind, step.Name, step.Input, step.Output, step.Error));
        Assert.Equal((14L, 6L), (outcome.Report.InputTokens, outcome.Report.OutputTokens));
        Assert.Equal("""[{"type":"function","function":{"description":"Does echo.","name":"echo","parameters":{"type":"object"}}}]""", server.Requests.First().GetProperty("tools").GetRawText());
        var messages = server.Requests.Last().GetProperty("messages").EnumerateArray().Skip(1).Select(m => m.GetRawText());
        Assert.Equal(["""{"role":"assistant","content":"Let me see.","tool_calls":[{"id":"call_0","type":"function","function":{"name":"echo","arguments":"{\"a\":1}"}}]}""", """{"role":"tool","tool_call_id":"call_0","content":"{\"a\":1}"}"""], messages);
        Assert.All(tools.Tokens, t => Assert.Equal("Bearer " + Token, t));
        await ((IAsyncDisposable)agent).DisposeAsync();
        Assert.Equal((1, 1), (tools.Opened, tools.Closed));
    }

    [Fact]
    public async Task AskAsync_SecondMessage_SameSessionAndList()
    {
        await using var tools = await McpFake.StartAsync();
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(ModelServer.Says("x")));
        var agent = _fixture.Agent(Model(server, tools));

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _fixture.AskAsync(agent, AgentSamples.Request(Model(server, tools)))));

        Assert.Equal((1, 1), (tools.Opened, tools.Listed));
    }

    [Fact]
    public async Task AskAsync_ServerForgotTheSession_MadeAnew()
    {
        await using var tools = await McpFake.StartAsync();
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(ModelServer.Calls(("echo", "{}"))), ModelServer.Stream(ModelServer.Says("x")), ModelServer.Stream(ModelServer.Calls(("echo", "{}"))), ModelServer.Stream(ModelServer.Says("y")));
        var agent = _fixture.Agent(Model(server, tools));

        await _fixture.AskAsync(agent, AgentSamples.Request(Model(server, tools)));
        tools.Forget();
        var outcome = await _fixture.AskAsync(agent, AgentSamples.Request(Model(server, tools)));

        Assert.Null(Assert.Single(outcome.Report!.Steps).Error);
        Assert.Equal((2, 2), (tools.Opened, tools.Calls.Count));
    }

    [Theory]
    [InlineData(400, "{\"jsonrpc\":\"2.0\",\"id\":ID,\"error\":{\"code\":-32000,\"message\":\"Who is that?\"}}")]
    [InlineData(400, "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32000,\"message\":\"Who is that?\"}}")]
    [InlineData(400, "Who is that?")]
    [InlineData(404, "{\"jsonrpc\":\"2.0\",\"id\":ID,\"error\":{\"code\":-32001,\"message\":\"Who is that?\"}}")]
    public async Task AskAsync_ServerRefusesTheOldSessionInItsOwnWords_MadeAnew(int status, string body)
    {
        await using var tools = await McpFake.StartAsync();
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(ModelServer.Says("x")), ModelServer.Stream(ModelServer.Calls(("echo", "{}"))), ModelServer.Stream(ModelServer.Says("y")));
        var agent = _fixture.Agent(Model(server, tools));
        var old = "";
        var restarted = false;
        tools.Before = async c =>
        {
            var session = c.Request.Headers["Mcp-Session-Id"].ToString();
            if (!restarted && session.Length > 0) old = session;
            if (!restarted || session != old || c.Request.Method != "POST") return false;
            var message = await JsonDocument.ParseAsync(c.Request.Body);
            c.Response.StatusCode = status;
            c.Response.ContentType = body[0] == '{' ? "application/json" : "text/plain";
            await c.Response.WriteAsync(body.Replace("ID", message.RootElement.TryGetProperty("id", out var id) ? id.GetRawText() : "null", StringComparison.Ordinal));
            return true;
        };

        await _fixture.AskAsync(agent, AgentSamples.Request(Model(server, tools)));
        restarted = true;
        var outcome = await _fixture.AskAsync(agent, AgentSamples.Request(Model(server, tools)));

        Assert.Null(Assert.Single(outcome.Report!.Steps).Error);
        Assert.Equal((2, 1), (tools.Opened, tools.Calls.Count));
    }

    [Fact]
    public async Task AskAsync_ServerRefusesEveryCall_RepeatedOnceAndTold()
    {
        await using var tools = await McpFake.StartAsync();
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(ModelServer.Calls(("echo", "{}"))), ModelServer.Stream(ModelServer.Says("y")));
        var refused = 0;
        tools.Before = async c =>
        {
            c.Request.EnableBuffering();
            using var reader = new StreamReader(c.Request.Body, leaveOpen: true);
            var isCall = (await reader.ReadToEndAsync()).Contains("tools/call", StringComparison.Ordinal);
            c.Request.Body.Position = 0;
            if (!isCall) return false;
            refused++;
            c.Response.StatusCode = 400;
            return true;
        };

        var outcome = await _fixture.AskAsync(Model(server, tools));

        Assert.Equal((2, 2), (refused, tools.Opened));
        Assert.True(outcome.IsAnswer);
        Assert.NotNull(Assert.Single(outcome.Report!.Steps).Error);
    }

    [Fact]
    public async Task AskAsync_SessionBindsMoreServersThanAreUsed_Said()
    {
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(ModelServer.Says("x")));
        var model = OpenAiFixture.Model(server.Url);
        var nobody = RawServer.NobodyThere();
        var request = new AgentRequest
        {
            Id = Guid.NewGuid(), Attempt = 1, Agent = model, Channel = AgentSamples.Channel, SessionId = Guid.NewGuid(), Address = new("room", null, "u1", "Ada"), Text = Utf8Text.From("hi"),
            Tools = Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Range(0, 23).Select(i => $"{{\"name\":\"s{i}\",\"url\":\"{nobody}\"}}")) + "]"), At = DateTimeOffset.UnixEpoch, HistoryBefore = _ => [],
        };

        var outcome = await _fixture.AskAsync(model, request);

        Assert.Equal("The session binds 23 servers of tools; only the first 20 are used.", outcome.Report!.Steps.Single(s => s.Name == "session").Output);
        Assert.Equal(21, outcome.Report.Steps.Count);
    }

    [Fact]
    public async Task Retire_NothingUnderWay_SessionClosed()
    {
        await using var tools = await McpFake.StartAsync();
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(ModelServer.Says("x")));
        var agent = _fixture.Agent(Model(server, tools));
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        tools.Before = c =>
        {
            if (c.Request.Method == "DELETE") closed.TrySetResult();
            return Task.FromResult(false);
        };

        await _fixture.AskAsync(agent, AgentSamples.Request(Model(server, tools)));
        ((IRetiringAgent)agent).Retire();
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.True((await _fixture.AskAsync(agent, AgentSamples.Request(Model(server, tools)))).IsAnswer);
        Assert.Equal(2, tools.Opened);
    }

    [Fact]
    public async Task AskAsync_IdleForMinutes_SessionClosed()
    {
        await using var tools = await McpFake.StartAsync();
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(ModelServer.Says("x")));
        var agent = _fixture.Agent(Model(server, tools));
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        tools.Before = c =>
        {
            if (c.Request.Method == "DELETE") closed.TrySetResult();
            return Task.FromResult(false);
        };

        await _fixture.AskAsync(agent, AgentSamples.Request(Model(server, tools)));
        _fixture.Clock.Advance(TimeSpan.FromMinutes(6));

        await closed.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task AskAsync_DeadServerOfTools_GoesOnAndSaysSo()
    {
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(ModelServer.Says("x")));
        var model = OpenAiFixture.Model(server.Url, "{\"mcpServers\":[{\"name\":\"box\",\"url\":\"" + RawServer.NobodyThere() + "\"},{\"name\":\"inside\",\"url\":\"http://169.254.169.254/mcp\"}]}");

        var outcome = await _fixture.AskAsync(model);

        Assert.True(outcome.IsAnswer);
        Assert.Equal(["box", "inside"], outcome.Report!.Steps.Select(s => s.Name));
        Assert.Contains("Security:PrivateHosts", outcome.Report.Steps[1].Output, StringComparison.Ordinal);
        Assert.False(server.Requests.Single().TryGetProperty("tools", out _));
    }

    [Fact]
    public async Task AskAsync_TokenRefused_SaysWhichSecret()
    {
        await using var tools = await McpFake.StartAsync();
        tools.Before = c =>
        {
            c.Response.StatusCode = 401;
            return Task.FromResult(true);
        };
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(ModelServer.Says("x")));

        var outcome = await _fixture.AskAsync(Model(server, tools));

        Assert.Contains("mcp.box", Assert.Single(outcome.Report!.Steps).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo", "{\"a\":", "not valid JSON")]
    [InlineData("echo", "[1]", "must be a JSON object")]
    [InlineData("nothing", "{}", "There is no tool “nothing”. There are: echo.")]
    public async Task AskAsync_WrongCall_ModelIsToldAndMayMendIt(string tool, string arguments, string words)
    {
        await using var tools = await McpFake.StartAsync();
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(ModelServer.Calls((tool, arguments))), ModelServer.Stream(ModelServer.Says("x")));

        var outcome = await _fixture.AskAsync(Model(server, tools));

        Assert.True(outcome.IsAnswer);
        Assert.Empty(tools.Calls);
        Assert.Contains(words, Assert.Single(outcome.Report!.Steps).Error, StringComparison.Ordinal);
        Assert.Contains(words, LastResult(server), StringComparison.Ordinal);
        // what is no JSON is not sent back: servers parse it
        var sent = server.Requests.Last().GetProperty("messages").EnumerateArray().First(m => m.TryGetProperty("tool_calls", out _)).GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString()!;
        Assert.Equal(JsonValueKind.Object, JsonSerializer.Deserialize<JsonElement>(sent).ValueKind);
    }

    [Fact]
    public async Task AskAsync_NoToolsAtAllButTheModelCallsOne_ToldAndGoesOn()
    {
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(ModelServer.Calls(("magic", "{}"))), ModelServer.Stream(ModelServer.Says("x")));

        var outcome = await _fixture.AskAsync(OpenAiFixture.Model(server.Url));

        Assert.True(outcome.IsAnswer);
        Assert.Contains("There are: none", Assert.Single(outcome.Report!.Steps).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AskAsync_SameCallAgainAndAgain_StoppedAtTheThird()
    {
        await using var tools = await McpFake.StartAsync();
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(ModelServer.Calls(("echo", "{\"a\":1}"))), ModelServer.Stream(ModelServer.Calls(("echo", "{ \"a\" : 1 }"))), ModelServer.Stream(ModelServer.Calls(("echo", "{\"a\":1}"))), ModelServer.Stream(ModelServer.Says("enough")));

        var outcome = await _fixture.AskAsync(Model(server, tools));

        Assert.Equal("enough", Assert.Single(outcome.Replies).Text.ToString());
        Assert.Equal(2, tools.Calls.Count);
        Assert.Contains("2 times before", outcome.Report!.Steps[^1].Error, StringComparison.Ordinal);
        Assert.False(server.Requests.Last().TryGetProperty("tools", out _));
    }

    [Fact]
    public async Task AskAsync_ToolsWithoutEnd_StoppedAtTheLimit()
    {
        await using var tools = await McpFake.StartAsync();
        var count = 0;
        await using var server = await ModelServer.StartAsync(c => ModelServer.Stream(ModelServer.Calls(("echo", $"{{\"a\":{++count}}}")))(c));

        var outcome = await _fixture.AskAsync(Model(server, tools, ",\"toolSteps\":3"));

        Assert.Equal((3, 4), (tools.Calls.Count, server.Requests.Count));
        Assert.Equal(FailureKind.Permanent, outcome.Failure?.Kind);
        Assert.Contains("toolSteps", outcome.Failure!.Detail, StringComparison.Ordinal);
        Assert.Equal(["tool", "tool", "tool", "note", "note"], outcome.Report!.Steps.Select(s => s.Kind));
    }

    [Fact]
    public async Task AskAsync_ToolFails_ModelIsTold()
    {
        await using var tools = await McpFake.StartAsync();
        (tools.IsError, tools.Call) = (true, (_, _) => Task.FromResult("no such ticket"));
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(ModelServer.Calls(("echo", "{}"))), ModelServer.Stream(ModelServer.Says("x")));

        var outcome = await _fixture.AskAsync(Model(server, tools));

        Assert.Equal("no such ticket", Assert.Single(outcome.Report!.Steps).Error);
        Assert.Equal("Error: no such ticket", LastResult(server));
    }

    [Fact]
    public async Task AskAsync_HugeResult_CutAndSaid()
    {
        await using var tools = await McpFake.StartAsync();
        tools.Call = (_, _) => Task.FromResult(new string('é', 100_000));
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(ModelServer.Calls(("echo", "{}"))), ModelServer.Stream(ModelServer.Says("x")));

        var outcome = await _fixture.AskAsync(Model(server, tools));

        Assert.InRange(Encoding.UTF8.GetByteCount(LastResult(server)!), 65_000, 66_000);
        Assert.EndsWith("[cut: the result has 195 KB, this is the first 64 KB]", LastResult(server), StringComparison.Ordinal);
        Assert.InRange(Assert.Single(outcome.Report!.Steps).Output!.Length, 1_000, 2_100);
    }

    [Fact]
    public async Task AskAsync_ManyHugeResults_AMegabyteInAll()
    {
        await using var tools = await McpFake.StartAsync();
        tools.Call = (_, _) => Task.FromResult(new string('x', 60_000));
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(ModelServer.Calls([.. Enumerable.Range(0, 30).Select(i => ("echo", $"{{\"n\":{i}}}"))])), ModelServer.Stream(ModelServer.Says("x")));

        await _fixture.AskAsync(Model(server, tools));

        var results = server.Requests.Last().GetProperty("messages").EnumerateArray().Where(m => m.GetProperty("role").GetString() == "tool").Select(m => m.GetProperty("content").GetString()!).ToList();
        Assert.InRange(results.Sum(r => r.Length), 900_000, 1_100_000);
        Assert.Contains("left out", results[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task AskAsync_ResponseWithoutEnd_ErrorForTheModel()
    {
        await using var tools = await McpFake.StartAsync();
        tools.Call = (_, _) => Task.FromResult(new string('x', 9 * 1024 * 1024));
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(ModelServer.Calls(("echo", "{}"))), ModelServer.Stream(ModelServer.Says("x")));

        var outcome = await _fixture.AskAsync(Model(server, tools));

        Assert.True(outcome.IsAnswer);
        Assert.Contains("larger than 8 MB", Assert.Single(outcome.Report!.Steps).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AskAsync_ToolTakesTooLong_ErrorAfterAMinute()
    {
        await using var tools = await McpFake.StartAsync();
        var called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        tools.Call = async (_, _) =>
        {
            called.SetResult();
            await release.Task;
            return "late";
        };
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(ModelServer.Calls(("echo", "{}"))), ModelServer.Stream(ModelServer.Says("x")));

        var asked = _fixture.AskAsync(Model(server, tools, ",\"timeoutSeconds\":5"));
        await called.Task.WaitAsync(TimeSpan.FromSeconds(30));
        _fixture.Clock.Advance(TimeSpan.FromSeconds(61));
        var outcome = await asked;
        release.SetResult();

        Assert.Contains("within 60 s", Assert.Single(outcome.Report!.Steps).Error, StringComparison.Ordinal);
        Assert.True(outcome.IsAnswer);
    }

    [Fact]
    public async Task AskAsync_ManyCallsAtOnce_FourAtATimeResultsInOrder()
    {
        await using var tools = await McpFake.StartAsync();
        var (open, most) = (0, 0);
        var turn = new Lock();
        var four = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        tools.Call = async (_, arguments) =>
        {
            lock (turn) most = Math.Max(most, ++open); // calls come on several threads: none may put an older maximum back
            if (Volatile.Read(ref most) >= 4) four.TrySetResult();
            await four.Task.WaitAsync(TimeSpan.FromSeconds(30));
            lock (turn) open--;
            return arguments!["n"]!.ToJsonString();
        };
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(ModelServer.Calls([.. Enumerable.Range(0, 9).Select(i => ("echo", $"{{\"n\":{i}}}"))])), ModelServer.Stream(ModelServer.Says("x")));

        var outcome = await _fixture.AskAsync(Model(server, tools));

        Assert.Equal(4, most);
        Assert.Equal("012345678", string.Concat(outcome.Report!.Steps.Select(s => s.Output)));
    }

    [Fact]
    public async Task AskAsync_SameNameOnTwoServers_Prefixed()
    {
        await using var one = await McpFake.StartAsync();
        await using var two = await McpFake.StartAsync();
        one.Tools.Add("get.thing/all");
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(ModelServer.Calls(("b__echo", "{}"), ("get_thing_all", "{}"))), ModelServer.Stream(ModelServer.Says("x")));
        var model = OpenAiFixture.Model(server.Url, "{\"mcpServers\":[{\"name\":\"a\",\"url\":\"" + one.Url + "\"},{\"name\":\"b\",\"url\":\"" + two.Url + "\"}]}");

        await _fixture.AskAsync(model);

        Assert.Equal(["a__echo", "get_thing_all", "b__echo"], server.Requests.First().GetProperty("tools").EnumerateArray().Select(t => t.GetProperty("function").GetProperty("name").GetString()));
        Assert.Equal(("get.thing/all", "echo"), (Assert.Single(one.Calls), Assert.Single(two.Calls)));
    }

    [Fact]
    public async Task AskAsync_OnlySomeToolsAllowed_OthersAreNotOffered()
    {
        await using var tools = await McpFake.StartAsync();
        tools.Tools.AddRange(["delete_all", "read"]);
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(ModelServer.Calls(("delete_all", "{}"))), ModelServer.Stream(ModelServer.Says("x")));
        var model = OpenAiFixture.Model(server.Url, "{\"mcpServers\":[{\"name\":\"a\",\"url\":\"" + tools.Url + "\",\"tools\":[\"read\"]}]}");

        var outcome = await _fixture.AskAsync(model);

        Assert.Equal(["read"], server.Requests.First().GetProperty("tools").EnumerateArray().Select(t => t.GetProperty("function").GetProperty("name").GetString()));
        Assert.Empty(tools.Calls);
        Assert.NotNull(Assert.Single(outcome.Report!.Steps).Error);
    }

    [Fact]
    public async Task AskAsync_ToolsOfTheSession_UsedWithoutAnySecret()
    {
        await using var tools = await McpFake.StartAsync();
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(ModelServer.Calls(("echo", "{}"))), ModelServer.Stream(ModelServer.Says("x")));
        var model = OpenAiFixture.Model(server.Url, "{}", ("apiKey", OpenAiFixture.Key), ("mcp.box", Token));
        var request = new AgentRequest
        {
            Id = Guid.NewGuid(), Attempt = 1, Agent = model, Channel = AgentSamples.Channel, SessionId = Guid.NewGuid(), Address = new("room", null, "u1", "Ada"), Text = Utf8Text.From("hi"),
            Tools = Encoding.UTF8.GetBytes("[{\"name\":\"box\",\"url\":\"" + tools.Url + "\"},{\"name\":\"bad\"}]"), At = DateTimeOffset.UnixEpoch, HistoryBefore = _ => [],
        };

        var outcome = await _fixture.AskAsync(model, request);

        Assert.Equal("echo", Assert.Single(tools.Calls));
        Assert.All(tools.Tokens, t => Assert.Equal("", t));
        Assert.Equal(["note", "tool"], outcome.Report!.Steps.Select(s => s.Kind));
    }

    [Fact]
    public async Task AskAsync_ModelHandsOver_Handoff()
    {
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(ModelServer.Delta("One moment.") + ModelServer.Calls(("hand_over_conversation", "{\"agent\":\"Billing\",\"reason\":\"an invoice\"}"))));

        var outcome = await _fixture.AskAsync(OpenAiFixture.Model(server.Url, """{"handoffTo":["billing","sales"]}"""));

        Assert.Equal(new Handoff("billing", "an invoice"), outcome.Handoff);
        Assert.Equal("One moment.", Assert.Single(outcome.Replies).Text.ToString());
        Assert.Equal("""["billing","sales"]""", server.Requests.Single().GetProperty("tools")[0].GetProperty("function").GetProperty("parameters").GetProperty("properties").GetProperty("agent").GetProperty("enum").GetRawText());
    }

    [Fact]
    public async Task AskAsync_HandsOverToSomebodyElse_ToldThatItIsNoTool()
    {
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(ModelServer.Calls(("hand_over_conversation", "{\"agent\":\"root\"}"))), ModelServer.Stream(ModelServer.Says("x")));

        var outcome = await _fixture.AskAsync(OpenAiFixture.Model(server.Url, """{"handoffTo":["billing"]}"""));

        Assert.Null(outcome.Handoff);
        Assert.NotNull(Assert.Single(outcome.Report!.Steps).Error);
    }

    [Fact]
    public async Task AskAsync_ModelCallsNoTools_AskedWithoutThem()
    {
        await using var tools = await McpFake.StartAsync();
        await using var server = await ModelServer.StartAsync(ModelServer.Error(400, "registry.ollama.ai/library/gemma:2b does not support tools"), ModelServer.Stream(ModelServer.Says("x")));

        var outcome = await _fixture.AskAsync(Model(server, tools));

        Assert.True(outcome.IsAnswer);
        Assert.False(server.Requests.Last().TryGetProperty("tools", out _));
        Assert.Single(outcome.Report!.Steps);
    }

    [Fact]
    public async Task AskAsync_OddPiecesOfCalls_PutTogether()
    {
        await using var tools = await McpFake.StartAsync();
        const string Pieces = """
            data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"echo","arguments":""}}]}}]}

            data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"n\":"}}]}}]}

            data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"echo","arguments":"1}"}}]}}]}

            data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"b","function":{"name":"echo","arguments":"{\"n\":2}"}}]}}]}

            data: {"choices":[{"delta":{"tool_calls":[{"function":{"name":"echo","arguments":{"n":3}},"id":"c"}]},"finish_reason":"stop"}]}

            data: [DONE]


            """;
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(Pieces.ReplaceLineEndings("\n")), ModelServer.Stream(ModelServer.Says("x")));

        var outcome = await _fixture.AskAsync(Model(server, tools));

        Assert.Equal(["{\"n\":1}", "{\"n\":2}", "{\"n\":3}"], outcome.Report!.Steps.Select(s => s.Output));
    }

    [Fact]
    public async Task CheckAsync_Tools_WhatIsThereAndWhatIsNot()
    {
        await using var tools = await McpFake.StartAsync();
        await using var server = await ModelServer.StartAsync(ModelServer.Answer("""{"data":[]}"""));
        var model = OpenAiFixture.Model(server.Url, "{\"mcpServers\":[{\"name\":\"a\",\"url\":\"" + tools.Url + "\"},{\"name\":\"b\",\"url\":\"" + tools.Url + "\",\"tools\":[\"gone\"]},{\"name\":\"c\",\"url\":\"" + RawServer.NobodyThere() + "\"}]}");

        var checks = await _fixture.Kind.CheckAsync(model, default);

        Assert.Equal("server+ key+ model+ tools:a+ tools:b- tools:c-", string.Join(' ', checks.Select(c => c.Check + (c.Ok ? "+" : "-"))));
        Assert.Contains("gone", checks[4].Detail, StringComparison.Ordinal);
    }
}
