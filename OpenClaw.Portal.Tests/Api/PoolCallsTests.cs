using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Portal.Tests.Api;

/// <summary>Pools by API: what is made, refused, and how messages go by them.</summary>
public sealed class PoolCallsTests : IAsyncLifetime
{
    private const string Pools = "/api/v1/pools";
    private ApiHost _host = null!;

    public async Task InitializeAsync() => _host = await ApiHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    private HttpClient Client => _host.Client;

    [Fact]
    public async Task Pool_MadeReadChangedDeleted()
    {
        var (a, b) = (await AgentAsync("a"), await AgentAsync("b"));
        using var response = await Client.SendAsync("POST", Pools, $$"""{"name":"Support","strategy":"weighted","members":[{"agent":"{{a}}","weight":90},"{{b}}"],"affinityMinutes":30}""");
        var made = await response.JsonAsync();
        var path = response.Headers.Location!.ToString();
        Assert.Equal((201, $"{Pools}/{made.GetProperty("id").GetString()}", "\"1\""), ((int)response.StatusCode, path, response.Headers.ETag!.ToString()));
        Assert.Equal($$"""[{"agent":"{{a}}","weight":90},{"agent":"{{b}}","weight":null}]""", made.GetProperty("members").GetRawText());
        Assert.Equal(30, made.GetProperty("affinityMinutes").GetDouble());
        Assert.Single((await Client.CallAsync("GET", Pools)).GetProperty("items").EnumerateArray());

        var patched = await Client.CallAsync("PATCH", path, """{"name":"Help desk","affinityMinutes":null}""");
        Assert.Equal(("Help desk", "weighted", JsonValueKind.Null, 2), (patched.GetProperty("name").GetString(), patched.GetProperty("strategy").GetString(), patched.GetProperty("affinityMinutes").ValueKind, patched.GetProperty("members").GetArrayLength()));
        await Client.CallAsync("PATCH", path, (await Client.CallAsync("GET", path)).GetRawText());
        await Client.FailAsync(412, "PATCH", path, """{"name":"x"}""", ("If-Match", "\"1\""));
        await Client.FailAsync(412, "DELETE", path, null, ("If-Match", "\"1\""));
        await Client.CallAsync("DELETE", path);
        await Client.FailAsync(404, "GET", path);
    }

    [Fact]
    public async Task Create_PlainIdsAndNoStrategy_LeastLoaded()
    {
        var made = await Client.CallAsync("POST", Pools, $$"""{"name":"Plain","members":["{{await AgentAsync("a")}}"]}""");

        Assert.Equal("least-loaded", made.GetProperty("strategy").GetString());
        Assert.Equal(JsonValueKind.Null, made.GetProperty("affinityMinutes").ValueKind);
    }

    [Theory]
    [InlineData("""{"members":["{a}"]}""", "name")]
    [InlineData("""{"name":"x"}""", "members")]
    [InlineData("""{"name":"x","members":[]}""", "members")]
    [InlineData("""{"name":"x","members":"{a}"}""", "members")]
    [InlineData("""{"name":"x","members":["{a}","{a}"]}""", "members")]
    [InlineData("""{"name":"x","members":["0198c0de-0000-7000-8000-000000000000"]}""", "members")]
    [InlineData("""{"name":"x","members":[{"agent":"{a}","weight":-1}]}""", "members[0].weight")]
    [InlineData("""{"name":"x","members":[{"agent":"{a}","weight":1001}]}""", "members[0].weight")]
    [InlineData("""{"name":"x","members":[{"agent":"{a}","share":1}]}""", "members[0].share")]
    [InlineData("""{"name":"x","members":[{"agent":"{a}","weight":0}]}""", "members")]
    [InlineData("""{"name":"x","members":[7]}""", "members[0]")]
    [InlineData("""{"name":"x","strategy":"fastest","members":["{a}"]}""", "strategy")]
    [InlineData("""{"name":"x","members":["{a}"],"affinityMinutes":-1}""", "affinityMinutes")]
    [InlineData("""{"name":"x","members":["{a}"],"affinityMinutes":"long"}""", "affinityMinutes")]
    [InlineData("""{"name":"x","members":["{a}"],"sticky":true}""", "sticky")]
    public async Task Create_Input_NamesTheField(string body, string field)
    {
        var problem = await Client.FailAsync(400, "POST", Pools, body.Replace("{a}", await AgentAsync("a"), StringComparison.Ordinal));

        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
    }

    [Fact]
    public async Task Delete_OfWhatIsInUse_Is409()
    {
        var agent = await AgentAsync("a");
        var pool = (await Client.CallAsync("POST", Pools, $$"""{"name":"Support","members":["{{agent}}"]}""")).GetProperty("id").GetString();
        var rule = (await Client.CallAsync("POST", "/api/v1/routing-rules", $$"""{"name":"To support","match":{},"target":{"pool":"{{pool}}"} }""")).GetProperty("id").GetString();

        Assert.Contains("'To support'", (await Client.FailAsync(409, "DELETE", $"{Pools}/{pool}")).GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains("a member of the pool 'Support'", (await Client.FailAsync(409, "DELETE", $"/api/v1/agents/{agent}")).GetProperty("detail").GetString(), StringComparison.Ordinal);
        await Client.CallAsync("DELETE", $"/api/v1/routing-rules/{rule}");
        await Client.CallAsync("DELETE", $"{Pools}/{pool}");
        await Client.CallAsync("DELETE", $"/api/v1/agents/{agent}");
    }

    [Fact]
    public async Task Rule_ToAPool_EvaluatedAndShownInItsStatus()
    {
        var (a, b) = (await AgentAsync("a"), await AgentAsync("b"));
        var pool = (await Client.CallAsync("POST", Pools, $$"""{"name":"Support","strategy":"weighted","members":[{"agent":"{{a}}","weight":3},{"agent":"{{b}}","weight":1}]}""")).GetProperty("id").GetString();
        await Client.CallAsync("POST", "/api/v1/routing-rules", $$"""{"name":"To support","match":{},"target":{"pool":"{{pool}}"} }""");
        var channel = _host.Get<ICatalog>().Channels.First(c => c.Tenant.Id == _host.Tenant).Id;
        await Client.CallAsync("PATCH", $"/api/v1/agents/{b}", """{"enabled":false}""");

        var told = await Client.CallAsync("POST", "/api/v1/routing-rules/evaluate", $$"""{"channelId":"{{channel}}","text":"hello"}""");
        var status = await Client.CallAsync("GET", $"{Pools}/{pool}/status");

        Assert.Equal("load-balanced", told.GetProperty("strategy").GetString());
        Assert.Equal("Rule 'To support' matched: it takes every message; pool 'Support' chose 'a' (by weight 3).", told.GetProperty("why").GetString());
        Assert.Equal([0.75, 0.25], status.GetProperty("members").EnumerateArray().Select(m => m.GetProperty("share").GetDouble()));
        Assert.Equal("It is switched off.", status.GetProperty("members")[1].GetProperty("obstacle").GetString());
        Assert.Equal(0, (await Client.CallAsync("GET", $"/api/v1/agents/{a}/status")).GetProperty("open").GetInt32());
    }

    [Fact]
    public async Task Rule_ToAPoolThatIsNotThere_Is400()
    {
        var problem = await Client.FailAsync(400, "POST", "/api/v1/routing-rules", $$"""{"name":"x","match":{},"target":{"pool":"{{Guid.NewGuid()}}"} }""");

        Assert.True(problem.GetProperty("errors").TryGetProperty("target.pool", out _));
    }

    private async Task<string> AgentAsync(string name) => (await Client.CallAsync("POST", "/api/v1/agents", $$"""{"kind":"echo","name":"{{name}}"}""")).GetProperty("id").GetString()!;
}
