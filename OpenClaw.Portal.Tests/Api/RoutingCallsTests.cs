using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Routing.Drafts;

namespace OpenClaw.Portal.Tests.Api;

/// <summary>Each test has a gateway of its own: versions are counted.</summary>
public sealed class RoutingCallsTests : IAsyncLifetime
{
    private const string Rules = "/api/v1/routing-rules";
    private const string Versions = "/api/v1/routing-versions";
    private ApiHost _host = null!;

    public async Task InitializeAsync() => _host = await ApiHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    private HttpClient Client => _host.Client;

    private string Agent => _host.Get<ICatalog>().FindAgent(_host.Tenant, "Echo")!.Id.ToString();

    [Fact]
    public async Task Rule_MadeReadChangedDeleted()
    {
        using var response = await Client.SendAsync("POST", Rules, Body("Refunds", "refund"));
        var made = await response.JsonAsync();
        var path = response.Headers.Location!.ToString();
        Assert.Equal((201, $"{Rules}/{made.GetProperty("id").GetString()}", "\"1\""), ((int)response.StatusCode, path, response.Headers.ETag!.ToString()));
        Assert.Equal($$"""{"agent":"{{Agent}}"}""", made.GetProperty("target").GetRawText());
        Assert.Equal("""{"text":{"any":["refund"]}}""", made.GetProperty("match").GetRawText());
        var patched = await Client.CallAsync("PATCH", path, """{"enabled":false,"target":{"drop":true}}""");
        Assert.Equal("""{"drop":true}""", patched.GetProperty("target").GetRawText());
        await Client.CallAsync("PATCH", path, (await Client.CallAsync("GET", path)).GetRawText());
        await Client.FailAsync(412, "PATCH", path, """{"name":"x"}""", ("If-Match", "\"1\""));
        await Client.FailAsync(412, "DELETE", path, null, ("If-Match", "\"1\""));
        await Client.CallAsync("DELETE", path);
        await Client.FailAsync(404, "GET", path);
        Assert.Equal(3, _host.Get<ICatalog>().FindRules(_host.Tenant).Version);
    }

    [Fact]
    public async Task Backtest_OfGivenRules_IsAJobThatEnds()
    {
        using var response = await Client.SendAsync("POST", $"{Rules}/backtest", $$"""{"since":"{{TimeProvider.System.GetUtcNow().AddDays(-2):O}}","rules":[{{Body("Refunds", "refund")}}]}""");
        var begun = await response.JsonAsync();
        var path = response.Headers.Location!.ToString();
        Assert.Equal((202, $"/api/v1/backtests/{begun.GetProperty("id").GetString()}"), ((int)response.StatusCode, path));
        await EndToEnd.Until.TrueAsync("the back-test is done", async () => (await Client.CallAsync("GET", path)).GetProperty("state").GetString() == "done");
        var done = await Client.CallAsync("GET", path);
        Assert.Equal((0, "Refunds"), (done.GetProperty("counts").GetProperty("messages").GetInt32(), done.GetProperty("rules")[0].GetProperty("name").GetString()));
        var listed = (await Client.CallAsync("GET", "/api/v1/backtests")).GetProperty("items")[0];
        Assert.False(listed.TryGetProperty("moves", out _));
        await Client.FailAsync(409, "POST", $"{path}/cancel");
        await _host.Stranger.FailAsync(404, "GET", path);
        var problem = await Client.FailAsync(400, "POST", $"{Rules}/backtest", """{"rules":[{"name":"x"}]}""");
        Assert.True(problem.GetProperty("errors").TryGetProperty("rules[0].target", out _));
    }

    [Fact]
    public async Task Rules_InOrderByPages_AndReordered()
    {
        var ids = new List<string>();
        for (var i = 0; i < 5; i++) ids.Add((await Client.CallAsync("POST", Rules, Body($"Rule {i}"))).GetProperty("id").GetString()!);
        var first = (await Client.CallAsync("POST", Rules, Body("First", position: 0))).GetProperty("id").GetString()!;
        Assert.Equal([first, .. ids], await ListAsync());
        using var list = await Client.SendAsync("GET", Rules);
        var order = JsonSerializer.Serialize(new { ids = ids.AsEnumerable().Reverse().Append(first) });
        Assert.Equal("\"6\"", list.Headers.ETag!.ToString());
        await Client.FailAsync(412, "PUT", $"{Rules}/order", order, ("If-Match", "\"5\""));
        using var moved = await Client.SendAsync("PUT", $"{Rules}/order", order, ("If-Match", "\"6\""));
        Assert.Equal(200, (int)moved.StatusCode);
        Assert.Equal([.. ids.AsEnumerable().Reverse(), first], await ListAsync());
        var problem = await Client.FailAsync(400, "PUT", $"{Rules}/order", """{"ids":[]}""");
        Assert.True(problem.GetProperty("errors").TryGetProperty("ids", out _));
        await Client.FailAsync(400, "PUT", $"{Rules}/order", "{}");
        await Client.FailAsync(400, "GET", $"{Rules}?after=x");
    }

    [Fact]
    public async Task Create_SameIdempotencyKey_MakesOneRule()
    {
        using var one = await Client.SendAsync("POST", Rules, Body("Once"), ("Idempotency-Key", "once"));
        using var two = await Client.SendAsync("POST", Rules, Body("Once"), ("Idempotency-Key", "once"));
        Assert.Equal((201, await one.Content.ReadAsStringAsync()), ((int)two.StatusCode, await two.Content.ReadAsStringAsync()));
        Assert.Single(await ListAsync());
    }

    [Fact]
    public async Task Create_WrongInput_NamesTheFields()
    {
        var errors = (await Client.FailAsync(400, "POST", Rules, """{"name":"","match":{"text":{"any":"refund"},"colour":1},"target":{"agent":"nobody"}}""")).GetProperty("errors");
        Assert.Equal(["match.colour", "match.text.any", "name", "target.agent"], errors.EnumerateObject().Select(e => e.Name).Order());
    }

    [Fact]
    public async Task Versions_ListedReadComparedAndBroughtBack()
    {
        var path = $"{Rules}/{(await Client.CallAsync("POST", Rules, Body("A"))).GetProperty("id").GetString()}";
        await Client.CallAsync("PATCH", path, """{"name":"B"}""");
        await Client.CallAsync("DELETE", path);
        Assert.Equal([3, 2, 1], (await Client.CallAsync("GET", Versions)).GetProperty("items").EnumerateArray().Select(v => v.GetProperty("version").GetInt32()));
        Assert.Equal("B", (await Client.CallAsync("GET", $"{Versions}/2")).GetProperty("rules")[0].GetProperty("name").GetString());
        var change = (await Client.CallAsync("GET", $"{Versions}/2/diff")).GetProperty("changes")[0];
        Assert.Equal(("changed", "A", "B"), (change.GetProperty("change").GetString(), change.GetProperty("before").GetProperty("name").GetString(), change.GetProperty("after").GetProperty("name").GetString()));
        Assert.Equal("removed", (await Client.CallAsync("GET", $"{Versions}/3/diff?from=1")).GetProperty("changes")[0].GetProperty("change").GetString());
        await Client.FailAsync(404, "GET", $"{Versions}/9");
        await Client.FailAsync(404, "GET", $"{Versions}/2/diff?from=9");
        await Client.FailAsync(400, "GET", $"{Versions}/2/diff?from=x");
        await Client.FailAsync(412, "POST", $"{Versions}/2/rollback", null, ("If-Match", "\"1\""));
        using var back = await Client.SendAsync("POST", $"{Versions}/2/rollback");
        Assert.Equal((201, $"{Versions}/4"), ((int)back.StatusCode, back.Headers.Location!.ToString()));
        Assert.Equal(2, (await back.JsonAsync()).GetProperty("rolledBackTo").GetInt32());
        Assert.Equal("B", (await Client.CallAsync("GET", path)).GetProperty("name").GetString());
        await Client.FailAsync(404, "POST", $"{Versions}/9/rollback");
    }

    [Fact]
    public async Task Publish_WhatThePortalDrafted()
    {
        await Client.FailAsync(409, "POST", $"{Versions}/publish", "{}");
        var ada = Caller.System(_host.Tenant);
        await _host.Get<RoutingDrafts>().AddAsync(ada, JsonElement.Parse(Body("Drafted")));
        Assert.Empty(await ListAsync());
        var made = await Client.CallAsync("POST", $"{Versions}/publish", """{"note":"From a script"}""");
        Assert.Equal((1, "From a script"), (made.GetProperty("version").GetInt32(), made.GetProperty("note").GetString()));
        var rule = Assert.Single((await _host.Get<RoutingDrafts>().GetAsync(_host.Tenant)).Rules);
        await _host.Get<RoutingDrafts>().ChangeAsync(ada, rule.Rule.Id, rule.Token, JsonElement.Parse(Body("By the portal")));
        await Client.CallAsync("PATCH", $"{Rules}/{rule.Rule.Id}", """{"name":"By a script"}""");
        Assert.Contains("By the portal", (await Client.FailAsync(409, "POST", $"{Versions}/publish")).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_TellsWhichRuleAndWhyTheOthersNot()
    {
        var refunds = (await Client.CallAsync("POST", Rules, Body("Refunds", "refund"))).GetProperty("id").GetString();
        await Client.CallAsync("POST", Rules, Body("Everything"));
        var channel = _host.Get<ICatalog>().Channels.First(c => c.Tenant.Id == _host.Tenant).Id;
        var said = await Client.CallAsync("POST", $"{Rules}/evaluate", $$"""{"channelId":"{{channel}}","text":"hello","user":"ada"}""");
        Assert.Equal(("Everything", Agent), (said.GetProperty("rule").GetProperty("name").GetString(), said.GetProperty("agent").GetString()));
        Assert.Equal([false, true], said.GetProperty("rules").EnumerateArray().Select(r => r.GetProperty("matched").GetBoolean()));
        Assert.All(said.GetProperty("rules").EnumerateArray(), r => Assert.False(string.IsNullOrEmpty(r.GetProperty("why").GetString())));
        said = await Client.CallAsync("POST", $"{Rules}/evaluate", $$"""{"channelId":"{{channel}}","text":"a REFUND please"}""");
        Assert.Equal((refunds, "content"), (said.GetProperty("rule").GetProperty("id").GetString(), said.GetProperty("strategy").GetString()));
        await Client.FailAsync(400, "POST", $"{Rules}/evaluate", """{"text":"x"}""");
        await Client.FailAsync(400, "POST", $"{Rules}/evaluate", $$"""{"channelId":"{{Guid.NewGuid()}}","text":"x"}""");
        var reader = _host.With(await _host.KeyAsync(_host.Tenant, "read"));
        await reader.CallAsync("POST", $"{Rules}/evaluate", $$"""{"channelId":"{{channel}}","text":"x","hasAttachment":true,"draft":true}""");
    }

    private async Task<List<string>> ListAsync()
    {
        var (ids, next) = (new List<string>(), "");
        do
        {
            var page = await Client.CallAsync("GET", $"{Rules}?limit=2{next}");
            ids.AddRange(page.GetProperty("items").EnumerateArray().Select(r => r.GetProperty("id").GetString()!));
            next = page.TryGetProperty("next", out var cursor) ? $"&after={cursor.GetString()}" : "";
        }
        while (next.Length > 0);
        return ids;
    }

    private string Body(string name, string? text = null, int? position = null) => JsonSerializer.Serialize(
        new { name, match = text is null ? new object() : new { text = new { any = new[] { text } } }, target = new { agent = Agent }, position });
}
