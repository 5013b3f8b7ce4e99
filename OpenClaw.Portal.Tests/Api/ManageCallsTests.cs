using System.Text.Json;
using OpenClaw.Gateway.Core.Administration.ApiKeys;

namespace OpenClaw.Portal.Tests.Api;

/// <summary>Members, rotation of keys, audit and settings over HTTP.</summary>
public sealed class ManageCallsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly ApiHost _host = fixture.Host;

    private HttpClient Client => _host.Client;

    [Fact]
    public async Task Members_InviteGetDelete_ShowsTheLinkOnce()
    {
        using var answer = await Client.SendAsync("POST", "/api/v1/members", """{"email":"bob@example.com","role":"operator","days":3}""");
        Assert.Equal(201, (int)answer.StatusCode);
        var made = await answer.JsonAsync();
        var address = $"/api/v1/members/{made.GetProperty("id").GetString()}";
        Assert.Equal(address, answer.Headers.Location!.OriginalString);
        Assert.StartsWith("http://localhost/account/invitation/", made.GetProperty("link").GetString(), StringComparison.Ordinal);
        var shown = await Client.CallAsync("GET", address);
        Assert.False(shown.TryGetProperty("link", out _));
        Assert.Equal(("invited", "operator"), (shown.GetProperty("state").GetString(), shown.GetProperty("role").GetString()));
        Assert.Contains((await Client.CallAsync("GET", "/api/v1/members?text=bob@")).GetProperty("items").EnumerateArray(), m => m.GetProperty("email").GetString() == "bob@example.com");
        await Client.FailAsync(409, "PATCH", address, """{"role":"admin"}""");
        await Client.CallAsync("DELETE", address);
        await Client.FailAsync(404, "GET", address);
    }

    [Theory]
    [InlineData("""{"email":"nobody","role":"viewer"}""", "email")]
    [InlineData("""{"email":"a@example.com","role":"owner"}""", "role")]
    [InlineData("""{"email":"a@example.com","role":"viewer","days":99}""", "days")]
    [InlineData("""{"email":"a@example.com","role":"viewer","more":1}""", "more")]
    [InlineData("""{"email":7,"role":"viewer"}""", "email")]
    public async Task Members_BadInput_IsToldAtTheField(string body, string field) =>
        Assert.True((await Client.FailAsync(400, "POST", "/api/v1/members", body)).GetProperty("errors").TryGetProperty(field, out _));

    [Fact]
    public async Task Members_KeyWithoutTheRolesScopes_GrantsItNot()
    {
        var lesser = _host.With(await _host.KeyAsync(_host.Tenant, ApiScopeNames.Read, ApiScopeNames.Configure));
        Assert.True((await lesser.FailAsync(400, "POST", "/api/v1/members", """{"email":"eve@example.com","role":"admin"}""")).GetProperty("errors").TryGetProperty("role", out _));
    }

    [Fact]
    public async Task Key_Rotated_BothValuesWorkDuringTheOverlap()
    {
        var made = await Client.CallAsync("POST", "/api/v1/api-keys", """{"name":"deploy","scopes":["read"]}""");
        var rotated = await Client.CallAsync("POST", $"/api/v1/api-keys/{made.GetProperty("id").GetString()}/rotate", """{"overlapHours":1}""");
        Assert.True(rotated.GetProperty("previousUntil").GetDateTimeOffset() > DateTimeOffset.UnixEpoch);
        await _host.With(made.GetProperty("value").GetString()).CallAsync("GET", "/api/v1/settings");
        await _host.With(rotated.GetProperty("value").GetString()).CallAsync("GET", "/api/v1/settings");
        Assert.NotEmpty((await Client.CallAsync("GET", $"/api/v1/api-keys/{made.GetProperty("id").GetString()}")).GetProperty("createdBy").GetString()!);
        await Client.CallAsync("POST", $"/api/v1/api-keys/{made.GetProperty("id").GetString()}/rotate");
        await _host.With(rotated.GetProperty("value").GetString()).FailAsync(401, "GET", "/api/v1/settings");
        await Client.FailAsync(400, "POST", $"/api/v1/api-keys/{made.GetProperty("id").GetString()}/rotate", """{"overlapHours":-1}""");
    }

    [Fact]
    public async Task Audit_ListGetAndExports_HoldTheSame()
    {
        var name = $"=cmd|'/c calc'!A1,\"{Guid.NewGuid():N}";
        var made = await Client.CallAsync("POST", "/api/v1/channels", JsonSerializer.Serialize(new { kind = "websocket", name }));
        var id = made.GetProperty("id").GetString();
        var entry = Assert.Single((await Client.CallAsync("GET", $"/api/v1/audit?target={id}&action=channel")).GetProperty("items").EnumerateArray());
        Assert.Equal(("key", "channel.created", name), (entry.GetProperty("actor").GetProperty("kind").GetString(), entry.GetProperty("action").GetString(), entry.GetProperty("target").GetProperty("name").GetString()));
        Assert.Equal(entry.GetRawText(), (await Client.CallAsync("GET", $"/api/v1/audit/{entry.GetProperty("id").GetString()}")).GetRawText());
        var lines = (await Client.GetStringAsync(new Uri($"/api/v1/audit?target={id}&format=jsonl", UriKind.Relative))).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(entry.GetRawText(), Assert.Single(lines));
        using var answer = await Client.GetAsync(new Uri($"/api/v1/audit?target={id}&format=csv", UriKind.Relative));
        Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal((byte[])[0xEF, 0xBB, 0xBF], (await answer.Content.ReadAsByteArrayAsync())[..3]); // so that spreadsheets read it as UTF-8
        var csv = await answer.Content.ReadAsStringAsync();
        Assert.StartsWith("id,at,tenant,", csv, StringComparison.Ordinal);
        Assert.Contains($",\"'{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\",", csv, StringComparison.Ordinal);
        Assert.Equal(2, csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory]
    [InlineData("since=yesterday", "since")]
    [InlineData("target=x", "target")]
    [InlineData("format=xls", "format")]
    [InlineData("after=x", "after")]
    public async Task Audit_BadFilter_IsToldAtTheField(string query, string field) =>
        Assert.True((await Client.FailAsync(400, "GET", $"/api/v1/audit?{query}")).GetProperty("errors").TryGetProperty(field, out _));

    [Fact]
    public async Task Settings_PatchAndReadBack_KeepToTheirETag()
    {
        using var first = await Client.SendAsync("GET", "/api/v1/settings");
        var tag = first.Headers.ETag!.Tag;
        var patched = await Client.CallAsync("PATCH", "/api/v1/settings", """{"expireAfterDays":2.5,"retentionDays":30}""");
        Assert.Equal((2.5, 30d, 60), (patched.GetProperty("expireAfterDays").GetDouble(), patched.GetProperty("retentionDays").GetDouble(), patched.GetProperty("rateLimitPerUserPerMinute").GetInt32()));
        await Client.FailAsync(412, "PATCH", "/api/v1/settings", "{}", ("If-Match", tag));
        // what was got may be sent back whole
        var whole = (await Client.CallAsync("GET", "/api/v1/settings")).GetRawText();
        Assert.Equal(JsonValueKind.Null, (await Client.CallAsync("PATCH", "/api/v1/settings", """{"retentionDays":null}""")).GetProperty("retentionDays").ValueKind);
        await Client.CallAsync("PATCH", "/api/v1/settings", whole);
    }
}
