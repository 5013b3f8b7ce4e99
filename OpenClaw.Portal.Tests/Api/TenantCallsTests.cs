using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Portal.Tests.Api;

/// <summary><c>/tenants</c> and <c>/usage</c>.</summary>
public sealed class TenantCallsTests : IAsyncLifetime
{
    private ApiHost _host = null!;

    public async Task InitializeAsync() => _host = await ApiHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Tenant_MadeReadChangedDeleted()
    {
        using var created = await _host.Client.SendAsync("POST", "/api/v1/tenants", """{"slug":"acme","quotas":{"channels":1},"admin":"ada@example.com","apiKey":true}""");
        Assert.Equal(201, (int)created.StatusCode);
        var made = await created.JsonAsync();
        var path = $"/api/v1/tenants/{made.GetProperty("id").GetString()}";
        Assert.EndsWith(path, created.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.StartsWith("http://localhost/", made.GetProperty("invitation").GetProperty("link").GetString(), StringComparison.Ordinal);
        var tenantClient = _host.With(made.GetProperty("apiKey").GetProperty("value").GetString());
        Assert.Equal("Web chat", (await tenantClient.CallAsync("GET", "/api/v1/channels")).GetProperty("items")[0].GetProperty("name").GetString());
        var full = await tenantClient.FailAsync(409, "POST", "/api/v1/channels", """{"kind":"websocket","name":"Two"}""");
        Assert.Contains("at most 1 channel", full.GetProperty("detail").GetString(), StringComparison.Ordinal);

        using var got = await _host.Client.SendAsync("GET", path);
        Assert.Equal("\"1\"", got.Headers.ETag!.Tag);
        var view = await got.JsonAsync();
        Assert.False(view.TryGetProperty("apiKey", out _));
        Assert.Equal(1, view.GetProperty("usage").GetProperty("channels").GetInt32());
        await _host.Client.FailAsync(412, "PATCH", path, """{"name":"Late"}""", ("If-Match", "\"9\""));
        Assert.Equal("Acme Ltd", (await _host.Client.CallAsync("PATCH", path, """{"name":"Acme Ltd","quotas":{"channels":null}}""")).GetProperty("name").GetString());
        Assert.Contains("slug", (await _host.Client.FailAsync(400, "PATCH", path, """{"slug":"No!"}""")).GetProperty("errors").EnumerateObject().Select(e => e.Name));

        using var deleted = await _host.Client.SendAsync("DELETE", path);
        Assert.Equal(204, (int)deleted.StatusCode);
        await _host.Client.FailAsync(404, "GET", path);
        await tenantClient.FailAsync(401, "GET", "/api/v1/channels");
        Assert.Equal(2, (await _host.Client.CallAsync("GET", "/api/v1/tenants")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Suspended_KeysAreRefusedWithTheReason_OwnerCallsAreNot()
    {
        var key = _host.With(await _host.KeyAsync(_host.Tenant, "read"));
        var path = $"/api/v1/tenants/{_host.Tenant}";
        await _host.Client.FailAsync(400, "POST", path + "/suspend", "{}");
        await _host.Client.CallAsync("POST", path + "/suspend", """{"reason":"Not paid."}""");
        var refused = await key.FailAsync(403, "GET", "/api/v1/channels");
        Assert.Contains("Not paid.", refused.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await _host.Client.FailAsync(403, "POST", "/api/v1/channels", """{"kind":"websocket","name":"Two"}""");
        await _host.Stranger.CallAsync("GET", "/api/v1/channels");
        Assert.True((await _host.Client.CallAsync("GET", path)).GetProperty("suspended").GetBoolean());
        Assert.Equal(1, (await _host.Client.CallAsync("GET", "/api/v1/tenants?suspended=true")).GetProperty("items").GetArrayLength());
        await _host.Client.CallAsync("POST", path + "/resume");
        await key.CallAsync("GET", "/api/v1/channels");
    }

    [Fact]
    public async Task Delete_ByItsOwnKey_Is409() => await _host.Client.FailAsync(409, "DELETE", $"/api/v1/tenants/{_host.Tenant}");

    [Fact]
    public async Task Export_Import_RoundTrip()
    {
        var other = _host.Get<ICatalog>().FindTenant("other")!.Id;
        await _host.Client.CallAsync("POST", "/api/v1/agents", """{"kind":"echo","name":"Helper","settings":{"delayMs":5}}""");
        var export = (await _host.Client.CallAsync("GET", $"/api/v1/tenants/{_host.Tenant}/export")).GetRawText();
        var dry = await _host.Client.CallAsync("POST", $"/api/v1/tenants/{other}/import?dryRun=true&existing=replace", export);
        Assert.Contains(dry.GetProperty("items").EnumerateArray(), i => i.GetProperty("name").GetString() == "Helper" && i.GetProperty("action").GetString() == "create");
        Assert.NotEqual(export, (await _host.Client.CallAsync("GET", $"/api/v1/tenants/{other}/export")).GetRawText());
        await _host.Client.CallAsync("POST", $"/api/v1/tenants/{other}/import?existing=replace", export);
        Assert.Equal(export, (await _host.Client.CallAsync("GET", $"/api/v1/tenants/{other}/export")).GetRawText());
        var faults = await _host.Client.FailAsync(400, "POST", $"/api/v1/tenants/{other}/import", export.Replace("\"echo\"", "\"fish\"", StringComparison.Ordinal));
        Assert.Equal(["agents[0].kind", "agents[1].kind"], faults.GetProperty("errors").EnumerateObject().Select(e => e.Name));
        await _host.Client.FailAsync(400, "POST", $"/api/v1/tenants/{other}/import?existing=perhaps", export);
    }

    [Fact]
    public async Task Usage_IsTheKeysTenants_AllWithOwn()
    {
        var other = _host.Get<ICatalog>().FindTenant("other")!.Id;
        await using (var db = _host.Get<ISystemDbFactory>().Create())
        {
            for (var day = 20261101; day <= 20261103; day++) db.UsageDays.AddRange(new() { TenantId = _host.Tenant, Day = day, Messages = day % 100, Replies = 1 }, new() { TenantId = other, Day = day, Messages = 50 });
            await db.SaveChangesAsync();
        }

        var reader = _host.With(await _host.KeyAsync(_host.Tenant, "read"));
        var own = await reader.CallAsync("GET", "/api/v1/usage?since=2026-11-02");
        Assert.Equal(["2026-11-03", "2026-11-02"], own.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("day").GetString()));
        Assert.Equal(3, own.GetProperty("items")[0].GetProperty("messages").GetInt32());
        Assert.Equal(0, (await reader.CallAsync("GET", $"/api/v1/usage?tenant={other}")).GetProperty("items").GetArrayLength());
        Assert.Equal(3, (await _host.Client.CallAsync("GET", $"/api/v1/usage?tenant={other}")).GetProperty("items").GetArrayLength());
        List<string> seen = [];
        for (string? next = ""; next is not null;)
        {
            var page = await _host.Client.CallAsync("GET", "/api/v1/usage?until=2026-11-03&limit=4" + (next.Length > 0 ? $"&after={next}" : ""));
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(i => $"{i.GetProperty("day")} {i.GetProperty("tenant")}"));
            next = page.TryGetProperty("next", out var cursor) ? cursor.GetString() : null;
        }

        Assert.Equal((6, 6), (seen.Count, seen.Distinct().Count()));
        await _host.Client.FailAsync(400, "GET", "/api/v1/usage?since=yesterday");
    }

    [Fact]
    public async Task Create_SameIdempotencyKey_MakesOneTenant()
    {
        using var first = await _host.Client.SendAsync("POST", "/api/v1/tenants", """{"slug":"once"}""", ("Idempotency-Key", "k"));
        using var second = await _host.Client.SendAsync("POST", "/api/v1/tenants", """{"slug":"once"}""", ("Idempotency-Key", "k"));
        Assert.Equal((201, 201), ((int)first.StatusCode, (int)second.StatusCode));
        Assert.Equal((await first.JsonAsync()).GetProperty("id").GetString(), (await second.JsonAsync()).GetProperty("id").GetString());
    }
}
