using System.Globalization;
using System.Text.Json;

namespace OpenClaw.Portal.Tests.Api;

public sealed class MatchTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly HttpClient _client = fixture.Host.Client;

    [Fact]
    public async Task Key_Made_HasTheTagOfTheNextGet()
    {
        using var made = await _client.SendAsync("POST", "/api/v1/api-keys", """{"name":"Tagged","scopes":["read"]}""");
        using var read = await _client.SendAsync("GET", made.Headers.Location!.ToString());
        Assert.Equal(made.Headers.ETag, read.Headers.ETag);
        await _client.FailAsync(412, "DELETE", made.Headers.Location.ToString(), null, ("If-Match", "\"other\""));
    }

    [Fact]
    public async Task Replay_OfWhatWasMade_HasItsTag()
    {
        const string body = """{"kind":"echo","name":"Again"}""";
        using var first = await _client.SendAsync("POST", "/api/v1/agents", body, ("Idempotency-Key", "again"));
        using var second = await _client.SendAsync("POST", "/api/v1/agents", body, ("Idempotency-Key", "again"));
        Assert.Equal((201, first.Headers.ETag, await first.Content.ReadAsStringAsync()), ((int)second.StatusCode, second.Headers.ETag, await second.Content.ReadAsStringAsync()));
        Assert.NotNull(second.Headers.ETag);
    }

    [Theory]
    [InlineData("\"77\", \"1\"", 200)]
    [InlineData("*", 200)]
    [InlineData("\"1\"", 200)]
    [InlineData("\"77\", \"78\"", 412)]
    [InlineData("W/\"1\"", 412)]
    [InlineData("1", 412)]
    public async Task IfMatch_HoldsWhenOneEntryDoes(string header, int status)
    {
        using var made = await _client.SendAsync("POST", "/api/v1/channels", $$"""{"kind":"websocket","name":"{{Guid.NewGuid():N}}"}""");
        using var patched = await _client.SendAsync("PATCH", made.Headers.Location!.ToString(), """{"enabled":false}""", ("If-Match", header));
        Assert.Equal(status, (int)patched.StatusCode);
    }

    [Fact]
    public async Task Name_CountsScalarValues()
    {
        var fits = string.Concat(Enumerable.Repeat("\U0001F600", 80));
        await _client.CallAsync("POST", "/api/v1/channels", JsonSerializer.Serialize(new { kind = "websocket", name = fits }));
        await _client.FailAsync(400, "POST", "/api/v1/channels", JsonSerializer.Serialize(new { kind = "websocket", name = fits + "x" }));
    }

    [Fact]
    public async Task Key_ExpiredBeforeItIsMade_IsRefused()
    {
        var past = DateTimeOffset.UnixEpoch.AddYears(50).ToString("O", CultureInfo.InvariantCulture);
        var problem = await _client.FailAsync(400, "POST", "/api/v1/api-keys", $$"""{"name":"Late","scopes":["read"],"expiresAt":"{{past}}"}""");
        Assert.True(problem.GetProperty("errors").TryGetProperty("expiresAt", out _));
    }

    [Theory]
    [InlineData("cause", "no_route")]
    [InlineData("state", "discarded")]
    [InlineData("stage", "dispatched")]
    public async Task DeadLetters_WhatIsNotOnTheList_IsRefusedWithTheList(string field, string known)
    {
        await _client.CallAsync("GET", $"/api/v1/dead-letters?{field}={known}");
        var problem = await _client.FailAsync(400, "GET", $"/api/v1/dead-letters?{field}=zzz");
        Assert.Contains(known, problem.GetProperty("errors").GetProperty(field)[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_Broken_SaysWhere()
    {
        var problem = await _client.FailAsync(400, "POST", "/api/v1/channels", "{\n  \"kind\": }");
        Assert.Equal("The body is not JSON: it breaks off or goes wrong at line 2, position 11.", problem.GetProperty("detail").GetString());
    }
}
