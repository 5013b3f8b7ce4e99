using OpenClaw.Portal.Endpoints.Api;

namespace OpenClaw.Portal.Tests.Api;

public sealed class ApiGateTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly ApiHost _host = fixture.Host;

    [Fact]
    public async Task UnknownKeys_TooMany_AreRefusedUnlooked_KnownOnesStillWork()
    {
        await _host.Client.CallAsync("GET", "/api/v1/settings");
        var guesser = _host.With("ock_" + new string('x', 40));
        for (var i = 0; i < ApiGate.FailuresPerMinute; i++) await guesser.FailAsync(401, "GET", "/api/v1/settings");
        using var refused = await guesser.SendAsync("GET", "/api/v1/settings");
        Assert.Equal(429, (int)refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);

        await _host.Client.CallAsync("GET", "/api/v1/settings");
        await _host.With(null).FailAsync(401, "GET", "/api/v1/settings");
    }

    [Fact]
    public void Key_UsedWithoutEnd_IsSlowedDown()
    {
        using var gate = new ApiGate();
        var http = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        var key = Guid.NewGuid();
        var taken = Enumerable.Range(0, 50_000).TakeWhile(_ => gate.Succeeded(http, "key", key)).Count();
        Assert.InRange(taken, ApiGate.Burst, 49_999);
        Assert.Equal("1", http.Response.Headers.RetryAfter);
        Assert.True(gate.Succeeded(http, "other", Guid.NewGuid()));
    }
}
