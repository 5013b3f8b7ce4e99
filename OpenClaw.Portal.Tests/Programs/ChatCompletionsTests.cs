using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Portal.Tests.Api;
using OpenClaw.Portal.Tests.Isolation;

namespace OpenClaw.Portal.Tests.Programs;

/// <summary>The front door for programs that speak OpenAI, through the whole product.</summary>
[Trait("Category", "Slow")]
public sealed class ChatCompletionsTests : IAsyncLifetime
{
    private ProgramHost _host = null!;
    private HttpClient _api = null!;

    public async Task InitializeAsync()
    {
        _host = await ProgramHost.StartAsync();
        _api = _host.Api;
        await _host.AddAgentAsync("parrot", "echo");
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Message_Answered_InTheSessionThatTheHeaderNames()
    {
        using var first = await ProgramHost.ChatAsync(_api, "parrot", "hello", headers: ("X-Session", "table-7"));
        var completion = await first.JsonAsync();
        Assert.Equal("hello", ProgramHost.ContentOf(completion));
        Assert.Equal(("chat.completion", "parrot", "stop"), (completion.GetProperty("object").GetString(), completion.GetProperty("model").GetString(), completion.GetProperty("choices")[0].GetProperty("finish_reason").GetString()));
        Assert.Equal("table-7", first.Headers.GetValues("X-Session").Single());
        (await ProgramHost.ChatAsync(_api, "Parrot", "again", ""","user":"bob" """, ("X-Session", "table-7"))).Dispose();
        using var other = await ProgramHost.ChatAsync(_api, "parrot", "new");

        Assert.True(Guid.TryParse(other.Headers.GetValues("X-Session").Single(), out _));
        var sessions = (await _api.CallAsync("GET", "/api/v1/sessions")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(2, sessions.Count);
        var table = sessions.Single(s => s.GetProperty("conversation").GetString() == "table-7");
        Assert.Equal((4, "openai"), (table.GetProperty("messages").GetInt32(), table.GetProperty("channelKind").GetString()));
        var trace = await _api.CallAsync("GET", $"/api/v1/messages/{first.Headers.GetValues("X-Message-Id").Single()}");
        Assert.Equal(("static", "The program chose this agent."), (trace.GetProperty("route").GetProperty("strategy").GetString(), trace.GetProperty("route").GetProperty("why").GetString()));
        await ProgramHost.UntilAsync(async () => (await _api.CallAsync("GET", $"/api/v1/messages/{first.Headers.GetValues("X-Message-Id").Single()}"))
            .GetProperty("replies")[0].GetProperty("delivery").GetProperty("state").GetString() == "delivered");
    }

    [Fact]
    public async Task Channel_MadeOnceAtFirstUse_NotedByTheKeyAndCanBeSwitchedOff()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async i => (await ProgramHost.ChatAsync(_api, "parrot", $"hello {i}")).Dispose()));
        var channel = Assert.Single((await _api.CallAsync("GET", "/api/v1/channels")).GetProperty("items").EnumerateArray(), c => c.GetProperty("kind").GetString() == "openai");
        Assert.Equal("OpenAI API", channel.GetProperty("name").GetString());
        var noted = (await _api.CallAsync("GET", "/api/v1/audit")).GetProperty("items").EnumerateArray().Where(a => a.GetProperty("action").GetString() == "channel.created" && a.GetProperty("target").GetProperty("name").GetString() == "OpenAI API");
        Assert.Single(noted);

        var path = $"/api/v1/channels/{channel.GetProperty("id").GetString()}";
        await _api.CallAsync("PATCH", path, """{"settings":{"rateLimitPerUserPerMinute":1}}""");
        (await ProgramHost.ChatAsync(_api, "parrot", "one", ""","user":"u" """)).Dispose();
        using var limited = await ProgramHost.ChatAsync(_api, "parrot", "two", ""","user":"u" """);
        Assert.True(limited.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        Assert.Equal("rate_limited", (await ProgramHost.FaultAsync(429, limited)).GetProperty("code").GetString());
        await _api.FailAsync(400, "PATCH", path, """{"settings":{"scope":"user"}}""");
        await _api.CallAsync("PATCH", path, """{"enabled":false}""");
        Assert.Equal("not_allowed", (await ProgramHost.FaultAsync(403, await ProgramHost.ChatAsync(_api, "parrot", "x"))).GetProperty("code").GetString());
    }

    [Fact]
    public async Task Models_TheRoutedOneAndEnabledAgents()
    {
        var hidden = await _host.AddAgentAsync("hidden", "echo");
        await _api.CallAsync("PATCH", $"/api/v1/agents/{hidden}", """{"enabled":false}""");
        var models = await _api.CallAsync("GET", "/v1/models");

        Assert.Equal("list", models.GetProperty("object").GetString());
        var names = models.GetProperty("data").EnumerateArray().Select(m => m.GetProperty("id").GetString()).ToList();
        Assert.Equal("auto", names[0]);
        Assert.Contains("parrot", names);
        Assert.DoesNotContain("hidden", names);
        Assert.Equal("openclaw", (await _api.CallAsync("GET", "/v1/models/parrot")).GetProperty("owned_by").GetString());
        Assert.Equal("model_not_found", (await ProgramHost.FaultAsync(404, await ProgramHost.ChatAsync(_api, "hidden", "x"))).GetProperty("code").GetString());
    }

    [Fact]
    public async Task Auto_Routed_ByTheRules()
    {
        using var answer = await ProgramHost.ChatAsync(_api, "auto", "by default");
        Assert.Equal("by default", ProgramHost.ContentOf(await answer.JsonAsync()));
        await _api.CallAsync("POST", "/api/v1/routing-rules", """{"name":"Spam","match":{"text":{"any":["spam"]},"channelKinds":["openai"]},"target":{"drop":true}}""");
        using var dropped = await ProgramHost.ChatAsync(_api, "auto", "spam");
        var choice = (await dropped.JsonAsync()).GetProperty("choices")[0];
        Assert.Equal(("content_filter", ""), (choice.GetProperty("finish_reason").GetString(), choice.GetProperty("message").GetProperty("content").GetString()));
    }

    [Fact]
    public async Task Streamed_EachPieceAsItComes()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _host.AddAgentAsync("talker", async http =>
        {
            http.Response.ContentType = "text/event-stream";
            await http.Response.WriteAsync("event: delta\ndata: {\"text\":\"one \"}\n\n");
            await http.Response.Body.FlushAsync();
            await go.Task;
            await http.Response.WriteAsync("event: delta\ndata: {\"text\":\"two\"}\n\nevent: done\ndata: {\"messages\":[{\"text\":\"three\"}]}\n\n");
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent("""{"model":"talker","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":[{"type":"text","text":"go"}]}]}""", System.Text.Encoding.UTF8, "application/json") };
        using var response = await _api.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        var first = JsonElement.Parse((await EventAsync(reader))!);
        Assert.Equal("assistant", first.GetProperty("choices")[0].GetProperty("delta").GetProperty("role").GetString());
        Assert.Equal("one ", Piece((await EventAsync(reader))!)); // before the agent goes on
        go.SetResult();
        List<string> rest = [];
        while (await EventAsync(reader) is { } data) rest.Add(data);
        Assert.Equal("[DONE]", rest[^1]);
        Assert.Equal("two\n\nthree", string.Concat(rest[..^1].Select(Piece)));
        Assert.Equal("stop", JsonElement.Parse(rest[^2]).GetProperty("choices")[0].GetProperty("finish_reason").GetString());
    }

    [Fact]
    public async Task Streamed_AgentBegunAnew_SaysThatItDoesNotCount()
    {
        var tries = 0;
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _host.AddAgentAsync("breaker", async http =>
        {
            http.Response.ContentType = "text/event-stream";
            var text = Interlocked.Increment(ref tries) == 1 ? "first" : "second";
            await http.Response.WriteAsync($"event: delta\ndata: {{\"text\":\"{text}\"}}\n\n");
            await http.Response.Body.FlushAsync();
            await seen.Task;
            if (tries > 1) await http.Response.WriteAsync("event: done\n\n");
        }, ""","retry":{"baseDelayMs":10}""");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent("""{"model":"breaker","stream":true,"messages":[{"role":"user","content":"go"}]}""", System.Text.Encoding.UTF8, "application/json") };
        using var response = await _api.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var text = await EventAsync(reader) + await EventAsync(reader);
        seen.SetResult();
        text += await reader.ReadToEndAsync();

        Assert.Contains("first", text, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"answer_replaced\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        using var whole = await ProgramHost.ChatAsync(_api, "breaker", "go");
        Assert.Equal("second", ProgramHost.ContentOf(await whole.JsonAsync()));
    }

    [Fact]
    public async Task Agent_Fails_IsABadGatewayWithItsCause()
    {
        await _host.AddAgentAsync("broken", http =>
        {
            http.Response.StatusCode = 400;
            return http.Response.WriteAsync("I do not like this.");
        });
        using var response = await ProgramHost.ChatAsync(_api, "broken", "go", ""","stream":true""");
        Assert.Equal("false", response.Headers.GetValues("x-should-retry").Single());
        var error = await ProgramHost.FaultAsync(502, response);
        Assert.Equal(("agent_error", "server_error"), (error.GetProperty("code").GetString(), error.GetProperty("type").GetString()));
        Assert.Contains("I do not like this.", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agent_AnswersLater_IsWaitedFor()
    {
        var asked = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _host.AddAgentAsync("later", async http =>
        {
            asked.TrySetResult((await JsonDocument.ParseAsync(http.Request.Body)).RootElement.Clone());
            http.Response.StatusCode = 202;
        });
        var answering = ProgramHost.ChatAsync(_api, "later", "go");
        var request = await asked.Task.WaitAsync(TimeSpan.FromSeconds(60));
        var id = request.GetProperty("id").GetString();
        await ProgramHost.UntilAsync(async () => (await _api.CallAsync("GET", $"/api/v1/messages/{id}")).GetProperty("state").GetString() == "waiting");
        Assert.False(answering.IsCompleted);
        await _api.CallAsync("POST", $"/api/v1/sessions/{request.GetProperty("session").GetProperty("id").GetString()}/messages", $$"""{"as":"agent","messages":[{"text":"done"}],"inReplyTo":"{{id}}"}""");
        using var answer = await answering;
        Assert.Equal("done", ProgramHost.ContentOf(await answer.JsonAsync()));
    }

    [Fact]
    public async Task NoAnswerInTime_IsAGatewayTimeoutAndTheMessageGoesOn()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _host.AddAgentAsync("slow", async http =>
        {
            await go.Task;
            await http.Response.WriteAsJsonAsync(new { messages = new[] { new { text = "at last" } } });
        });
        (await ProgramHost.ChatAsync(_api, "parrot", "makes the channel")).Dispose();
        var channel = (await _api.CallAsync("GET", "/api/v1/channels")).GetProperty("items").EnumerateArray().Single(c => c.GetProperty("kind").GetString() == "openai").GetProperty("id").GetString();
        await _api.CallAsync("PATCH", $"/api/v1/channels/{channel}", """{"settings":{"answerWithinSeconds":1}}""");
        using var response = await ProgramHost.ChatAsync(_api, "slow", "go");
        var id = response.Headers.GetValues("X-Message-Id").Single();
        var error = await ProgramHost.FaultAsync(504, response);
        Assert.Equal("answer_timeout", error.GetProperty("code").GetString());
        Assert.Contains(id, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        go.SetResult();
        await ProgramHost.UntilAsync(async () => (await _api.CallAsync("GET", $"/api/v1/messages/{id}")).GetProperty("state").GetString() == "answered");
    }

    [Fact]
    public async Task SameIdempotencyKey_AnsweredOnceAndToldTwice()
    {
        var asked = 0;
        await _host.AddAgentAsync("counter", http => http.Response.WriteAsJsonAsync(new { messages = new[] { new { text = $"answer {Interlocked.Increment(ref asked)}" } } }));
        using var first = await ProgramHost.ChatAsync(_api, "counter", "go", headers: ("Idempotency-Key", "k1"));
        using var second = await ProgramHost.ChatAsync(_api, "counter", "go", headers: ("Idempotency-Key", "k1"));
        Assert.Equal(first.Headers.GetValues("X-Message-Id"), second.Headers.GetValues("X-Message-Id"));
        Assert.Equal(("answer 1", "answer 1"), (ProgramHost.ContentOf(await first.JsonAsync()), ProgramHost.ContentOf(await second.JsonAsync())));
        using var stranger = await ProgramHost.ChatAsync(_host.Product.Client(await _host.KeyAsync("converse")), "counter", "go", headers: ("Idempotency-Key", "k1"));
        Assert.Equal("answer 2", ProgramHost.ContentOf(await stranger.JsonAsync()));
    }

    [Fact]
    public async Task SameIdempotencyKey_WhileTheFirstIsStillAnswered_WaitsForTheSameAnswer()
    {
        var asked = 0;
        var answers = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _host.AddAgentAsync("slow", async http =>
        {
            Interlocked.Increment(ref asked);
            await answers.Task;
            await http.Response.WriteAsJsonAsync(new { messages = new[] { new { text = "done" } } });
        });
        var first = ProgramHost.ChatAsync(_api, "slow", "go", headers: ("Idempotency-Key", "k2"));
        await ProgramHost.UntilAsync(() => Task.FromResult(Volatile.Read(ref asked) == 1));
        var second = ProgramHost.ChatAsync(_api, "slow", "go", headers: ("Idempotency-Key", "k2"));
        answers.SetResult();
        using var one = await first;
        using var two = await second.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(("done", "done", 1), (ProgramHost.ContentOf(await one.JsonAsync()), ProgramHost.ContentOf(await two.JsonAsync()), asked));
        Assert.Equal(one.Headers.GetValues("X-Session"), two.Headers.GetValues("X-Session"));
    }

    [Fact]
    public async Task SameIdempotencyKey_WithAnotherMessage_IsRefused()
    {
        (await ProgramHost.ChatAsync(_api, "parrot", "go", headers: ("Idempotency-Key", "k3"))).Dispose();
        using var other = await ProgramHost.ChatAsync(_api, "parrot", "stop", headers: ("Idempotency-Key", "k3"));
        Assert.Equal(422, (int)other.StatusCode);
        Assert.Equal("idempotency_key_reused", (await other.JsonAsync()).GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Files_InParts_ReachTheAgent()
    {
        await using var images = await HttpServer.StartAsync(http =>
        {
            http.Response.ContentType = "image/png";
            return http.Response.Body.WriteAsync(new byte[] { 1, 2, 3 }).AsTask();
        });
        var got = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _host.AddAgentAsync("viewer", async http =>
        {
            got.TrySetResult((await JsonDocument.ParseAsync(http.Request.Body)).RootElement.Clone());
            await http.Response.WriteAsJsonAsync(new { messages = new[] { new { text = "seen", buttons = new[] { new { text = "Yes", value = "y" } } } } });
        });
        const string head = """{"model":"viewer","messages":[{"role":"user","content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"URL"}},{"type":"text","text":"there"},{"type":"image_url","image_url":{"url":"data:image/jpeg;base64,AQID"}}]}]}""";
        using var response = await _api.SendAsync("POST", "/v1/chat/completions", head.Replace("URL", new Uri(images.Url, "cat.png").ToString(), StringComparison.Ordinal));
        Assert.Equal("seen\n\n1. Yes", ProgramHost.ContentOf(await response.JsonAsync()));
        var message = (await got.Task).GetProperty("message");
        Assert.Equal("look\n\nthere", message.GetProperty("text").GetString());
        Assert.Equal(["cat.png image/png 3", "image.jpg image/jpeg 3"], message.GetProperty("attachments").EnumerateArray().Select(a => $"{a.GetProperty("name").GetString()} {a.GetProperty("contentType").GetString()} {a.GetProperty("size").GetInt32()}"));
        var forbidden = await ProgramHost.FaultAsync(400, await _api.SendAsync("POST", "/v1/chat/completions", head.Replace("URL", "http://169.254.169.254/latest", StringComparison.Ordinal)));
        Assert.Contains("Security:PrivateHosts", forbidden.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", 400, "invalid_json")]
    [InlineData("[]", 400, "invalid_value")]
    [InlineData("{}", 400, "missing_required_parameter")]
    [InlineData("""{"model":"parrot"}""", 400, "missing_required_parameter")]
    [InlineData("""{"model":"parrot","messages":[{"role":"system","content":"x"}]}""", 400, "invalid_value")]
    [InlineData("""{"model":"parrot","messages":[{"role":"user","content":""}]}""", 400, "invalid_value")]
    [InlineData("""{"model":"parrot","messages":[{"role":"user","content":[{"type":"video"}]}]}""", 400, "unsupported_value")]
    [InlineData("""{"model":"parrot","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,???"}}]}]}""", 400, "invalid_value")]
    [InlineData("""{"model":"parrot","n":2,"messages":[{"role":"user","content":"x"}]}""", 400, "unsupported_value")]
    [InlineData("""{"model":"nobody","messages":[{"role":"user","content":"x"}]}""", 404, "model_not_found")]
    public async Task Request_ThatCannotBe_SaysWhy(string body, int status, string code) =>
        Assert.Equal(code, (await ProgramHost.FaultAsync(status, await _api.SendAsync("POST", "/v1/chat/completions", body))).GetProperty("code").GetString());

    [Fact]
    public async Task Request_WithWhatOthersUnderstand_IsAnswered()
    {
        using var response = await ProgramHost.ChatAsync(_api, "parrot", "hi", ""","temperature":0.2,"tools":[{"type":"function","function":{"name":"f"}}],"n":1,"user":null,"seed":7,"unheard_of":{}""");
        Assert.Equal("hi", ProgramHost.ContentOf(await response.JsonAsync()));
    }

    [Fact]
    public async Task Keys_OfOtherScopesOrTenants_AreKeptOut()
    {
        Assert.Equal("invalid_api_key", (await ProgramHost.FaultAsync(401, await ProgramHost.ChatAsync(_host.Product.Client(), "parrot", "x"))).GetProperty("code").GetString());
        Assert.Equal("invalid_api_key", (await ProgramHost.FaultAsync(401, await _host.Product.Client("ock_" + new string('x', 40)).SendAsync("GET", "/v1/models"))).GetProperty("code").GetString());
        Assert.Equal("insufficient_scope", (await ProgramHost.FaultAsync(403, await ProgramHost.ChatAsync(_host.Product.Client(await _host.KeyAsync("read", "configure", "operate")), "parrot", "x"))).GetProperty("code").GetString());
        Assert.Equal("unknown_url", (await ProgramHost.FaultAsync(404, await _api.SendAsync("POST", "/v1/embeddings", "{}"))).GetProperty("code").GetString());

        (await ProgramHost.ChatAsync(_api, "parrot", "secret", headers: ("X-Session", "shared"))).Dispose();
        var other = await _api.CallAsync("POST", "/api/v1/tenants", """{"name":"Other","slug":"other"}""");
        var stranger = _host.Product.Client(await OtherKeyAsync(Guid.Parse(other.GetProperty("id").GetString()!)));
        await ProgramHost.FaultAsync(404, await ProgramHost.ChatAsync(stranger, "parrot", "x"));
        Assert.DoesNotContain("parrot", (await stranger.CallAsync("GET", "/v1/models")).ToString(), StringComparison.Ordinal);
        await stranger.CallAsync("POST", "/api/v1/agents", """{"kind":"echo","name":"parrot"}""");
        (await ProgramHost.ChatAsync(stranger, "parrot", "mine", headers: ("X-Session", "shared"))).Dispose();
        var mine = Assert.Single((await stranger.CallAsync("GET", "/api/v1/sessions")).GetProperty("items").EnumerateArray());
        Assert.Equal(2, mine.GetProperty("messages").GetInt32());
    }

    private async Task<string> OtherKeyAsync(Guid tenant)
    {
        var body = JsonSerializer.SerializeToElement(new { name = "theirs", scopes = new[] { "read", "configure", "converse" } });
        return (await _host.Product.Get<OpenClaw.Gateway.Core.Administration.ApiKeys.SaveApiKey>().CreateAsync(OpenClaw.Gateway.Core.Administration.Caller.System(tenant), body)).Value!.Value!;
    }

    private static string Piece(string data) =>
        JsonElement.Parse(data).GetProperty("choices").EnumerateArray().Select(c => c.GetProperty("delta").TryGetProperty("content", out var content) ? content.GetString() : "").FirstOrDefault() ?? "";

    private static async Task<string?> EventAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
            if (line.StartsWith("data: ", StringComparison.Ordinal)) return line[6..];
        return null;
    }
}
