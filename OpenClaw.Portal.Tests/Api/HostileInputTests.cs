namespace OpenClaw.Portal.Tests.Api;

/// <summary>Input that once got through, or got a 500.</summary>
public sealed class HostileInputTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly ApiHost _host = fixture.Host;

    [Fact]
    public async Task HalfASurrogatePair_InAFieldsName_Is400() =>
        await _host.Client.FailAsync(400, "POST", "/api/v1/agents", """{"kind":"echo","name":"x","settings":{"\ud800":1}}""");

    [Fact]
    public async Task Secret_ThatTheKindHasNot_Is400AtItsField()
    {
        var problem = await _host.Client.FailAsync(400, "POST", "/api/v1/agents", """{"kind":"echo","name":"x","secrets":{"a":"b"}}""");
        Assert.Equal("secrets.a", problem.GetProperty("errors").EnumerateObject().Single().Name);
    }

    [Fact]
    public async Task Version_BeyondAllNumbers_Is404() => await _host.Client.FailAsync(404, "GET", "/api/v1/routing-versions/99999999999");

    [Fact]
    public async Task Address_ThatTurnsTheDirection_Is400() =>
        await _host.Client.FailAsync(400, "POST", "/api/v1/members", "{\"email\":\"a\\u202Eb@example.com\",\"role\":\"viewer\"}");

    [Fact]
    public async Task IdempotencyKey_WithAnotherQuery_IsAnotherRequest()
    {
        var tenant = (await _host.Client.CallAsync("POST", "/api/v1/tenants", """{"slug":"twin","name":"Twin"}""")).GetProperty("id").GetString();
        var export = (await _host.Client.CallAsync("GET", $"/api/v1/tenants/{tenant}/export")).GetRawText().Replace("\"Web chat\"", "\"Second chat\"", StringComparison.Ordinal);
        using var tried = await _host.Client.SendAsync("POST", $"/api/v1/tenants/{tenant}/import?dryRun=true", export, ("Idempotency-Key", "k1"));
        Assert.True((await tried.JsonAsync()).GetProperty("dryRun").GetBoolean());
        using var done = await _host.Client.SendAsync("POST", $"/api/v1/tenants/{tenant}/import?dryRun=false", export, ("Idempotency-Key", "k1"));
        Assert.False((await done.JsonAsync()).GetProperty("dryRun").GetBoolean());
    }

    [Fact]
    public async Task OwnersKey_IsNotEndedByAnAdminsKey()
    {
        var admin = _host.With(await _host.KeyAsync(_host.Tenant, "read", "configure"));
        var items = (await admin.CallAsync("GET", "/api/v1/api-keys")).GetProperty("items").EnumerateArray();
        var owners = items.First(k => k.GetProperty("scopes").EnumerateArray().Any(s => s.GetString() == "own")).GetProperty("id").GetString();
        await admin.FailAsync(403, "DELETE", $"/api/v1/api-keys/{owners}");
        await admin.FailAsync(403, "PATCH", $"/api/v1/api-keys/{owners}", """{"expiresAt":"2099-01-01T00:00:00Z"}""");
    }

    /// <summary>Both at once: either the rule is refused because the agent is gone, or the agent is kept because the rule names it.</summary>
    [Fact]
    public async Task Agent_DeletedWhileARuleIsMadeForIt_IsNeverNamedByARule()
    {
        for (var i = 0; i < 12; i++)
        {
            var agent = (await _host.Client.CallAsync("POST", "/api/v1/agents", $$"""{"kind":"echo","name":"Race {{i}}"}""")).GetProperty("id").GetString();
            var rule = _host.Client.SendAsync("POST", "/api/v1/routing-rules", $$"""{"name":"Race {{i}}","target":{"agent":"{{agent}}"} }""");
            var delete = _host.Client.SendAsync("DELETE", $"/api/v1/agents/{agent}");
            using var made = await rule;
            using var deleted = await delete;
            Assert.False(made.IsSuccessStatusCode && deleted.IsSuccessStatusCode, $"round {i}: the rule names an agent that is gone");
        }
    }
}
