using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Portal.Tests.Api;

public sealed class ConfigurationCallsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly ApiHost _host = fixture.Host;
    private readonly HttpClient _client = fixture.Host.Client;

    [Fact]
    public async Task FirstRun_HasWebChatAndEchoAsDefaultAgent()
    {
        var channel = Find(await _client.CallAsync("GET", "/api/v1/channels"), "Web chat");
        var agent = Find(await _client.CallAsync("GET", "/api/v1/agents"), "Echo");
        Assert.Equal("websocket", channel.GetProperty("kind").GetString());
        Assert.Equal("echo", agent.GetProperty("kind").GetString());
        Assert.Equal(0, agent.GetProperty("settings").GetProperty("delayMs").GetInt32());
        Assert.Equal(agent.GetProperty("id").GetString(), (await _client.CallAsync("GET", "/api/v1/settings")).GetProperty("defaultAgent").GetString());
        Assert.True(channel.GetProperty("secrets").GetProperty("signingSecret").GetProperty("set").GetBoolean());
    }

    [Fact]
    public async Task CreateChannel_ShowsDefaultsAndTheMadeSecretOnce()
    {
        using var response = await _client.SendAsync("POST", "/api/v1/channels", """{"kind":"websocket","name":"One","settings":{"heartbeatSeconds":10}}""");
        var made = await response.JsonAsync();
        var path = response.Headers.Location!.ToString();
        Assert.Equal(201, (int)response.StatusCode);
        Assert.Equal($"/api/v1/channels/{made.GetProperty("id").GetString()}", path);
        var value = made.GetProperty("secrets").GetProperty("signingSecret").GetProperty("value").GetString();
        Assert.False(string.IsNullOrEmpty(value));
        var settings = made.GetProperty("settings");
        Assert.Equal(("user", 60, 10, true, 8), (settings.GetProperty("scope").GetString(), settings.GetProperty("rateLimitPerUserPerMinute").GetInt32(),
            settings.GetProperty("heartbeatSeconds").GetInt32(), settings.GetProperty("anonymous").GetBoolean(), settings.GetProperty("retry").GetProperty("attempts").GetInt32()));
        var read = await _client.CallAsync("GET", path);
        Assert.False(read.GetProperty("secrets").GetProperty("signingSecret").TryGetProperty("value", out _));
        Assert.Equal(JsonValueKind.Null, read.GetProperty("agent").ValueKind);
        Assert.EndsWith("Z", read.GetProperty("createdAt").GetString(), StringComparison.Ordinal);
        Assert.Equal(value, _host.Get<ICatalog>().FindChannel(read.GetProperty("id").GetGuid())!.Secrets["signingSecret"]);
    }

    [Theory]
    [InlineData("""{"kind":"telegram","name":"x"}""", "kind")]
    [InlineData("""{"name":"x"}""", "kind")]
    [InlineData("""{"kind":"websocket","name":""}""", "name")]
    [InlineData("""{"kind":"websocket"}""", "name")]
    [InlineData("""{"kind":"websocket","name":"web CHAT"}""", "name")]
    [InlineData("""{"kind":"websocket","name":"x","settings":{"heartbeatSeconds":4}}""", "settings.heartbeatSeconds")]
    [InlineData("""{"kind":"websocket","name":"x","settings":{"allowedOrigins":["shop.example.com"]}}""", "settings.allowedOrigins[0]")]
    [InlineData("""{"kind":"websocket","name":"x","settings":{"scope":"planet"}}""", "settings.scope")]
    [InlineData("""{"kind":"websocket","name":"x","settings":{"retry":{"attempts":0}}}""", "settings.retry.attempts")]
    [InlineData("""{"kind":"websocket","name":"x","settings":{"heartbeat":30}}""", "settings.heartbeat")]
    [InlineData("""{"kind":"websocket","name":"x","settings":5}""", "settings")]
    [InlineData("""{"kind":"websocket","name":"x","secrets":{"botToken":"y"}}""", "secrets.botToken")]
    [InlineData("""{"kind":"websocket","name":"x","secrets":{"signingSecret":5}}""", "secrets.signingSecret")]
    [InlineData("""{"kind":"websocket","name":"x","secrets":{"signingSecret":{"set":false}}}""", "secrets.signingSecret")]
    [InlineData("""{"kind":"websocket","name":"x","secrets":{"signingSecret":"only 31 bytes, one is missing.."}}""", "secrets.signingSecret")]
    [InlineData("""{"kind":"websocket","name":"x","agent":"0198c0de-0000-7000-8000-000000000000"}""", "agent")]
    [InlineData("""{"kind":"websocket","name":"x","enabled":"yes"}""", "enabled")]
    [InlineData("""{"kind":"websocket","name":"x","colour":"red"}""", "colour")]
    [InlineData("[]", "")]
    public async Task CreateChannel_WrongInput_NamesTheField(string body, string field) =>
        Assert.True((await _client.FailAsync(400, "POST", "/api/v1/channels", body)).GetProperty("errors").TryGetProperty(field, out _));

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("""{"name":"a","name":"b"}""")]
    [InlineData("""{"name":"\ud800"}""")]
    public async Task Create_MalformedJson_Is400(string body) => await _client.FailAsync(400, "POST", "/api/v1/channels", body);

    [Fact]
    public async Task PatchChannel_MergesRemovesAndKeeps()
    {
        var path = await MakeAsync("channels", """{"kind":"websocket","name":"Patch","settings":{"title":"Hello","heartbeatSeconds":10},"secrets":{"signingSecret":"mine, long enough for HS256 to take it"}}""");
        var patched = await _client.CallAsync("PATCH", path, """{"enabled":false,"settings":{"heartbeatSeconds":null,"theme":"dark"}}""");
        var settings = patched.GetProperty("settings");
        Assert.Equal(("Hello", 30, "dark"), (settings.GetProperty("title").GetString(), settings.GetProperty("heartbeatSeconds").GetInt32(), settings.GetProperty("theme").GetString()));
        Assert.False(patched.GetProperty("enabled").GetBoolean());
        var model = _host.Get<ICatalog>().FindChannel(patched.GetProperty("id").GetGuid())!;
        Assert.Equal((false, "mine, long enough for HS256 to take it"), (model.Enabled, model.Secrets["signingSecret"]));
        await _client.FailAsync(400, "PATCH", path, """{"kind":"email"}""");
        var whole = await _client.CallAsync("GET", path);
        await _client.CallAsync("PATCH", path, whole.GetRawText());
    }

    [Fact]
    public async Task Patch_WithIfMatch_HoldsTheETag()
    {
        var path = await MakeAsync("channels", """{"kind":"websocket","name":"Tagged"}""");
        using var read = await _client.SendAsync("GET", path);
        var tag = read.Headers.ETag!.ToString();
        using var first = await _client.SendAsync("PATCH", path, """{"name":"Tagged 2"}""", ("If-Match", tag));
        Assert.Equal(200, (int)first.StatusCode);
        await _client.FailAsync(412, "PATCH", path, """{"name":"Tagged 3"}""", ("If-Match", tag));
        await _client.FailAsync(412, "DELETE", path, null, ("If-Match", tag));
        using var same = await _client.SendAsync("GET", path, null, ("If-None-Match", first.Headers.ETag!.ToString()));
        Assert.Equal(304, (int)same.StatusCode);
    }

    [Fact]
    public async Task DeleteAgent_InUse_Is409UntilNothingNamesIt()
    {
        var agent = (await _client.CallAsync("POST", "/api/v1/agents", """{"kind":"echo","name":"Used"}""")).GetProperty("id").GetString();
        var channel = await MakeAsync("channels", $$"""{"kind":"websocket","name":"User of it","agent":"{{agent}}"}""");
        await _client.FailAsync(409, "DELETE", $"/api/v1/agents/{agent}");
        await _client.CallAsync("PATCH", channel, """{"agent":null}""");
        await _client.CallAsync("DELETE", $"/api/v1/agents/{agent}");
        await _client.FailAsync(404, "GET", $"/api/v1/agents/{agent}");
        await _client.FailAsync(409, "DELETE", $"/api/v1/agents/{(await _client.CallAsync("GET", "/api/v1/settings")).GetProperty("defaultAgent").GetString()}");
    }

    [Fact]
    public async Task RotateSecret_ShowsTheNewValueAndKeepsTheOldForTheOverlap()
    {
        var path = await MakeAsync("channels", """{"kind":"websocket","name":"Rotated","secrets":{"signingSecret":"old, long enough for HS256 to take it"}}""");
        var rotated = await _client.CallAsync("POST", $"{path}/secrets/signingSecret/rotate", """{"overlapHours":2}""");
        var secrets = _host.Get<ICatalog>().FindChannel(Guid.Parse(path.Split('/')[^1]))!.Secrets;
        Assert.Equal((rotated.GetProperty("value").GetString(), "old, long enough for HS256 to take it"), (secrets["signingSecret"], secrets[SecretNames.Previous("signingSecret")]));
        await _client.FailAsync(400, "POST", $"{path}/secrets/signingSecret/rotate", """{"overlapHours":-1}""");
        await _client.FailAsync(404, "POST", $"{path}/secrets/other/rotate", "{}");
    }

    [Fact]
    public async Task TestAgent_Echo_AnswersWithTheText()
    {
        var agent = Find(await _client.CallAsync("GET", "/api/v1/agents"), "Echo").GetProperty("id").GetString();
        var answer = await _client.CallAsync("POST", $"/api/v1/agents/{agent}/test", """{"text":"ping"}""");
        Assert.True(answer.GetProperty("ok").GetBoolean());
        Assert.Equal("ping", answer.GetProperty("messages")[0].GetProperty("text").GetString());
        await _client.FailAsync(400, "POST", $"/api/v1/agents/{agent}/test", """{"text":5}""");
    }

    [Fact]
    public async Task TestAndStatus_OfAChannel_Answer()
    {
        var channel = Find(await _client.CallAsync("GET", "/api/v1/channels"), "Web chat").GetProperty("id").GetString();
        Assert.All((await _client.CallAsync("POST", $"/api/v1/channels/{channel}/test")).EnumerateArray(), c => Assert.True(c.GetProperty("ok").GetBoolean()));
        Assert.Equal("running", (await _client.CallAsync("GET", $"/api/v1/channels/{channel}/status")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task ApiKey_Made_WorksWithItsScopesAndNotAfterDelete()
    {
        var made = await _client.CallAsync("POST", "/api/v1/api-keys", """{"name":"Reader","scopes":["read"]}""");
        var reader = _host.With(made.GetProperty("value").GetString());
        await reader.CallAsync("GET", "/api/v1/channels");
        await reader.FailAsync(403, "POST", "/api/v1/channels", "{}");
        Assert.False((await _client.CallAsync("GET", $"/api/v1/api-keys/{made.GetProperty("id").GetString()}")).TryGetProperty("value", out _));
        await _client.CallAsync("DELETE", $"/api/v1/api-keys/{made.GetProperty("id").GetString()}");
        await reader.FailAsync(401, "GET", "/api/v1/channels");
    }

    [Fact]
    public async Task ApiKey_MoreThanOneHas_IsRefused()
    {
        var admin = _host.With(await _host.KeyAsync(_host.Tenant, "configure", "read"));
        var problem = await admin.FailAsync(400, "POST", "/api/v1/api-keys", """{"name":"Too much","scopes":["own"]}""");
        Assert.True(problem.GetProperty("errors").TryGetProperty("scopes", out _));
        await admin.FailAsync(400, "POST", "/api/v1/api-keys", """{"name":"Unknown","scopes":["fly"]}""");
    }

    [Fact]
    public async Task List_ByPages_HasAllOnceAndNoNextAtTheEnd()
    {
        for (var i = 0; i < 5; i++) await _client.CallAsync("POST", "/api/v1/agents", $$"""{"kind":"echo","name":"Page {{i}}"}""");
        var names = new List<string>();
        string? next = null;
        do
        {
            var page = await _client.CallAsync("GET", $"/api/v1/agents?limit=2{(next is null ? "" : $"&after={next}")}");
            names.AddRange(page.GetProperty("items").EnumerateArray().Select(a => a.GetProperty("name").GetString()!));
            next = page.TryGetProperty("next", out var cursor) ? cursor.GetString() : null;
        }
        while (next is not null);
        Assert.Equal(names.Distinct(), names);
        Assert.Equal(["Page 4", "Page 3", "Page 2", "Page 1", "Page 0"], names.Where(n => n.StartsWith("Page", StringComparison.Ordinal)));
        await _client.FailAsync(400, "GET", "/api/v1/agents?limit=201");
        await _client.FailAsync(400, "GET", "/api/v1/agents?after=x");
    }

    [Fact]
    public async Task PatchSettings_UnknownAgent_IsRefused()
    {
        await _client.FailAsync(400, "PATCH", "/api/v1/settings", """{"defaultAgent":"0198c0de-0000-7000-8000-000000000000"}""");
        await _client.FailAsync(400, "PATCH", "/api/v1/settings", """{"colour":"red"}""");
    }

    private static JsonElement Find(JsonElement page, string name) => page.GetProperty("items").EnumerateArray().Single(i => i.GetProperty("name").GetString() == name);

    private async Task<string> MakeAsync(string resource, string body) =>
        $"/api/v1/{resource}/{(await _client.CallAsync("POST", $"/api/v1/{resource}", body)).GetProperty("id").GetString()}";
}
