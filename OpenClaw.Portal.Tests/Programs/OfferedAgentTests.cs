using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpenClaw.Portal.Tests.Api;

namespace OpenClaw.Portal.Tests.Programs;

/// <summary>A tenant's agents as others see them by A2A.</summary>
[Trait("Category", "Slow")]
public sealed class OfferedAgentTests : IAsyncLifetime
{
    private const string Path = "/a2a/default/parrot";
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
    public async Task Card_SaysWhereAndHow_AndNotAgain()
    {
        using var response = await _api.SendAsync("GET", $"{Path}/.well-known/agent-card.json");
        var card = await response.JsonAsync();
        var way = card.GetProperty("supportedInterfaces")[0];
        Assert.Equal((new Uri(_host.Product.Address, Path).ToString(), "JSONRPC", "1.0"), (way.GetProperty("url").GetString(), way.GetProperty("protocolBinding").GetString(), way.GetProperty("protocolVersion").GetString()));
        Assert.Equal((true, false), (card.GetProperty("capabilities").GetProperty("streaming").GetBoolean(), card.GetProperty("capabilities").GetProperty("pushNotifications").GetBoolean()));
        foreach (var name in new[] { "name", "description", "version", "defaultInputModes", "defaultOutputModes", "skills", "securitySchemes", "securityRequirements" }) Assert.True(card.TryGetProperty(name, out _), name);
        using var again = await _api.SendAsync("GET", $"{Path}/.well-known/agent-card.json", null, ("If-None-Match", response.Headers.ETag!.ToString()));
        Assert.Equal(304, (int)again.StatusCode);
    }

    [Fact]
    public async Task Message_IsATask_ThatCanBeAskedForAndListed()
    {
        var task = (await ResultAsync("SendMessage", Message("m1", "hello", "c1"))).GetProperty("task");
        Assert.Equal(("c1", "TASK_STATE_COMPLETED"), (task.GetProperty("contextId").GetString(), task.GetProperty("status").GetProperty("state").GetString()));
        Assert.Equal("hello", task.GetProperty("artifacts")[0].GetProperty("parts")[0].GetProperty("text").GetString());
        var id = task.GetProperty("id").GetString();
        var again = (await ResultAsync("SendMessage", Message("m1", "hello", "c1"))).GetProperty("task");
        Assert.Equal(id, again.GetProperty("id").GetString()); // the same message is the same task
        var got = await ResultAsync("GetTask", $$"""{"id":"{{id}}"}""");
        Assert.Equal(("hello", "ROLE_USER"), (got.GetProperty("history")[0].GetProperty("parts")[0].GetProperty("text").GetString(), got.GetProperty("history")[0].GetProperty("role").GetString()));
        Assert.False((await ResultAsync("GetTask", $$"""{"id":"{{id}}","historyLength":0}""")).TryGetProperty("history", out _));

        await ResultAsync("SendMessage", Message("m2", "two", "c2"));
        var first = await ResultAsync("ListTasks", """{"pageSize":1,"status":"TASK_STATE_COMPLETED"}""");
        Assert.Equal((1, 2), (first.GetProperty("tasks").GetArrayLength(), first.GetProperty("totalSize").GetInt32()));
        var second = await ResultAsync("ListTasks", $$"""{"pageSize":1,"pageToken":"{{first.GetProperty("nextPageToken").GetString()}}","includeArtifacts":true}""");
        Assert.Equal((id, ""), (second.GetProperty("tasks")[0].GetProperty("id").GetString(), second.GetProperty("nextPageToken").GetString()));
        Assert.Equal("c2", (await ResultAsync("ListTasks", """{"contextId":"c2"}""")).GetProperty("tasks")[0].GetProperty("contextId").GetString());
        Assert.Equal(1, (await _api.CallAsync("GET", "/api/v1/channels")).GetProperty("items").EnumerateArray().Count(c => c.GetProperty("kind").GetString() == "a2a"));
    }

    [Fact]
    public async Task Stream_TellsPiecesAndStates()
    {
        await _host.AddAgentAsync("talker", "echo", """{"stream":true,"delayMs":30}""");
        using var response = await _api.SendAsync("POST", "/a2a/default/talker", Call("SendStreamingMessage", Message("m", "one two three", "c")));
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var events = (await response.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(e => JsonElement.Parse(e[6..]).GetProperty("result").EnumerateObject().Single()).ToList();

        Assert.Equal("task", events[0].Name);
        var states = events.Where(e => e.Name == "statusUpdate").Select(e => e.Value.GetProperty("status").GetProperty("state").GetString());
        Assert.Equal(["TASK_STATE_WORKING", "TASK_STATE_COMPLETED"], states);
        var pieces = events.Where(e => e.Name == "artifactUpdate").Select(e => e.Value).ToList();
        Assert.True(pieces.Count > 1);
        Assert.Equal("one two three", string.Concat(pieces.Select(p => p.GetProperty("artifact").GetProperty("parts")[0].GetProperty("text").GetString())));
        Assert.Equal([false, .. Enumerable.Repeat(true, pieces.Count - 1)], pieces.Select(p => p.GetProperty("append").GetBoolean()));
    }

    [Fact]
    public async Task Cancel_OfWhatIsBeingAnsweredAndOfWhatWaits()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _host.AddAgentAsync("slow", async http =>
        {
            asked.TrySetResult();
            await OpenClaw.Core.Tests.Fakes.HttpServer.AbortedAsync(http);
        });
        var running = await SlowAsync("r");
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(60));
        var waiting = await SlowAsync("w");
        Assert.Equal("TASK_STATE_SUBMITTED", waiting.GetProperty("status").GetProperty("state").GetString());
        await ResultAsync("CancelTask", Id(waiting), "slow");
        Assert.Equal("TASK_STATE_CANCELED", (await ResultAsync("CancelTask", Id(running), "slow")).GetProperty("status").GetProperty("state").GetString());
        await ProgramHost.UntilAsync(async () => (await ResultAsync("GetTask", Id(waiting), "slow")).GetProperty("status").GetProperty("state").GetString() == "TASK_STATE_CANCELED");
        Assert.Equal(-32002, await FaultAsync("CancelTask", Id(running), "slow"));
        Assert.Equal(-32004, await FaultAsync("SubscribeToTask", Id(running), "slow"));

        async Task<JsonElement> SlowAsync(string id) => (await ResultAsync("SendMessage", Message(id, "go", "c", ""","configuration":{"returnImmediately":true}"""), "slow")).GetProperty("task");
        static string Id(JsonElement task) => $$"""{"id":"{{task.GetProperty("id").GetString()}}"}""";
    }

    [Fact]
    public async Task Agent_Fails_TaskSaysWhy()
    {
        await _host.AddAgentAsync("broken", http =>
        {
            http.Response.StatusCode = 400;
            return http.Response.WriteAsync("No.");
        });
        var status = (await ResultAsync("SendMessage", Message("m", "go", "c"), "broken")).GetProperty("task").GetProperty("status");
        Assert.Equal("TASK_STATE_FAILED", status.GetProperty("state").GetString());
        Assert.StartsWith("agent_error: HTTP 400", status.GetProperty("message").GetProperty("parts")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hops_AboveTheLimit_AreALoop()
    {
        var status = (await ResultAsync("SendMessage", """{"message":{"messageId":"m","contextId":"c","role":"ROLE_USER","parts":[{"text":"x"}],"metadata":{"openclaw.hops":5}}}""")).GetProperty("task").GetProperty("status");
        Assert.StartsWith("loop: ", status.GetProperty("message").GetProperty("parts")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", -32700)]
    [InlineData("[]", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"params":{}}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"SendMessage"}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":{}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":{"message":{"messageId":"m","role":"ROLE_USER","parts":[]}}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":{"message":{"messageId":"m","role":"ROLE_USER","parts":[{}]}}}""", -32005)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":{"message":{"messageId":"m","taskId":"t","role":"ROLE_USER","parts":[{"text":"x"}]}}}""", -32001)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"GetTask","params":{"id":"00000000-0000-0000-0000-000000000000"}}""", -32001)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"Dance","params":{}}""", -32601)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"message/send","params":{}}""", -32009)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"CreateTaskPushNotificationConfig","params":{}}""", -32003)]
    public async Task Call_ThatCannotBe_SaysWhy(string body, int code)
    {
        using var response = await _api.SendAsync("POST", Path, body);
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(code, (await response.JsonAsync()).GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task Others_AreToldOfNothing()
    {
        var task = (await ResultAsync("SendMessage", Message("m", "secret", "c"))).GetProperty("task").GetProperty("id").GetString();
        await _host.AddAgentAsync("other", "echo");
        Assert.Equal(-32001, await FaultAsync("GetTask", $$"""{"id":"{{task}}"}""", "other")); // another agent's task
        foreach (var (method, path) in new[] { ("GET", $"{Path}/.well-known/agent-card.json"), ("POST", Path) })
        {
            var body = method == "POST" ? Call("GetTask", $$"""{"id":"{{task}}"}""") : null;
            await _host.Product.Client().FailAsync(401, method, path, body);
            await _host.Product.Client(await _host.KeyAsync("read", "configure", "operate")).FailAsync(403, method, path, body);
            await _api.FailAsync(404, method, path.Replace("parrot", "nobody", StringComparison.Ordinal), body);
            await _api.FailAsync(404, method, path.Replace("default", "nowhere", StringComparison.Ordinal), body);
        }

        await _api.CallAsync("POST", "/api/v1/tenants", """{"name":"Other","slug":"other"}""");
        var tenant = _host.Product.Get<OpenClaw.Gateway.Core.Abstractions.ICatalog>().FindTenant("other")!.Id;
        var key = (await _host.Product.Get<OpenClaw.Gateway.Core.Administration.ApiKeys.SaveApiKey>()
            .CreateAsync(OpenClaw.Gateway.Core.Administration.Caller.System(tenant), JsonSerializer.SerializeToElement(new { name = "theirs", scopes = new[] { "converse" } }))).Value!.Value!;
        await _host.Product.Client(key).FailAsync(404, "POST", Path, Call("GetTask", $$"""{"id":"{{task}}"}"""));
        await _host.Product.Client(key).FailAsync(404, "GET", $"{Path}/.well-known/agent-card.json");
    }

    private static string Message(string id, string text, string context, string more = "") =>
        $$"""{"message":{"messageId":"{{id}}","contextId":"{{context}}","role":"ROLE_USER","parts":[{"text":"{{text}}"}]}{{more}}}""";

    private static string Call(string method, string parameters) => $$"""{"jsonrpc":"2.0","id":"1","method":"{{method}}","params":{{parameters}}}""";

    private async Task<JsonElement> ResultAsync(string method, string parameters, string agent = "parrot")
    {
        var answer = await _api.CallAsync("POST", $"/a2a/default/{agent}", Call(method, parameters));
        Assert.True(answer.TryGetProperty("result", out var result), answer.ToString());
        return result;
    }

    private async Task<int> FaultAsync(string method, string parameters, string agent = "parrot") =>
        (await _api.CallAsync("POST", $"/a2a/default/{agent}", Call(method, parameters))).GetProperty("error").GetProperty("code").GetInt32();
}
