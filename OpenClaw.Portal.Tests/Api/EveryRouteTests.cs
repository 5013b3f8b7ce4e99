using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Portal.Endpoints.Api;

namespace OpenClaw.Portal.Tests.Api;

/// <summary>What holds for every call, taken from the mapped routes themselves: a new one cannot be forgotten.</summary>
public sealed class EveryRouteTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly ApiHost _host = fixture.Host;

    [Fact]
    public void Table_AndRoutes_AreTheSame() =>
        Assert.Equal(ApiScopes.Table.Keys.Order(), Calls().Select(c => $"{c.Method} {c.Pattern}").Order());

    [Fact]
    public async Task EveryCall_WithoutKey_Is401WithChallenge()
    {
        var nobody = _host.With(null);
        foreach (var call in Calls())
        {
            using var response = await nobody.SendAsync(call.Method, call.Path);
            Assert.Equal(401, (int)response.StatusCode);
            Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        }
    }

    [Fact]
    public async Task EveryCall_WithUnknownKey_Is401()
    {
        var wrong = _host.With("ock_" + new string('x', 40));
        foreach (var call in Calls()) await wrong.FailAsync(401, call.Method, call.Path);
    }

    [Fact]
    public async Task EveryCall_WithAllOtherScopes_Is403()
    {
        foreach (var scope in ApiScopeNames.All)
        {
            var client = _host.With(await _host.KeyAsync(_host.Tenant, [.. ApiScopeNames.All.Where(s => s != scope)]));
            foreach (var call in Calls().Where(c => ApiScopes.Table[$"{c.Method} {c.Pattern}"] == scope))
                Assert.Contains(scope, (await client.FailAsync(403, call.Method, call.Path)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task EveryCallOnAnId_OfAnotherTenant_Is404()
    {
        var agent = (await _host.Client.CallAsync("GET", "/api/v1/agents")).GetProperty("items")[0].GetProperty("id").GetString()!;
        var channel = (await _host.Client.CallAsync("GET", "/api/v1/channels")).GetProperty("items")[0].GetProperty("id").GetString()!;
        var key = (await _host.Client.CallAsync("GET", "/api/v1/api-keys")).GetProperty("items")[0].GetProperty("id").GetString()!;
        foreach (var call in Calls().Where(c => c.Pattern.Contains("{id", StringComparison.Ordinal)))
        {
            var id = call.Pattern.StartsWith("/agents", StringComparison.Ordinal) ? agent : call.Pattern.StartsWith("/channels", StringComparison.Ordinal) ? channel : key;
            var body = call.Pattern switch
            {
                "/sessions/{id:guid}/assign" => """{"agent":null}""",
                "/sessions/{id:guid}/messages" => """{"as":"agent","messages":[{"text":"hi"}]}""",
                "/sessions/{id:guid}/notes" => """{"text":"hi"}""",
                "/event-webhooks/{id:guid}/resend" => """{"since":"2020-01-01T00:00:00Z"}""",
                "/agents/{id:guid}/test" => """{"text":"hi"}""",
                _ => "{}",
            };
            if (call is { Pattern: "/sessions/{id:guid}/messages", Method: "POST" }) continue;
            await _host.Stranger.FailAsync(404, call.Method, call.Path.Replace(Guid.Empty.ToString(), id, StringComparison.Ordinal), call.Method is "GET" or "DELETE" ? null : body);
        }
    }

    [Theory]
    [InlineData("GET", "/api/v1/nothing", 404)]
    [InlineData("GET", "/api/v1", 404)]
    [InlineData("GET", "/api/v1/channels/not-an-id", 404)]
    [InlineData("PUT", "/api/v1/channels", 405)]
    [InlineData("DELETE", "/api/v1/settings", 405)]
    public async Task UnknownCall_IsAProblem(string method, string path, int status) => await _host.Client.FailAsync(status, method, path);

    private List<(string Method, string Pattern, string Path)> Calls() =>
    [
        .. _host.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.StartsWith(ManagementApi.Base, StringComparison.Ordinal) && !e.RoutePattern.RawText.Contains("{**", StringComparison.Ordinal))
            .Select(e => (e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Single(), e.RoutePattern.RawText![ManagementApi.Base.Length..],
                e.RoutePattern.RawText.Replace("{id:guid}", Guid.Empty.ToString(), StringComparison.Ordinal).Replace("{name}", "signingSecret", StringComparison.Ordinal).Replace("{number:int}", "1", StringComparison.Ordinal).Replace("{delivery:guid}", Guid.Empty.ToString(), StringComparison.Ordinal).Replace("{held:guid}", Guid.Empty.ToString(), StringComparison.Ordinal))),
    ];
}
