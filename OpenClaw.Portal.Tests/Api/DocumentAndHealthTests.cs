using OpenClaw.Portal.Endpoints.Api;

namespace OpenClaw.Portal.Tests.Api;

public sealed class DocumentAndHealthTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly ApiHost _host = fixture.Host;
    private readonly HttpClient _nobody = fixture.Host.With(null);

    [Fact]
    public async Task OpenApi_HasEveryCallWithSchemasAndSecurity()
    {
        var document = await _nobody.CallAsync("GET", "/openapi/v1.json");
        var calls = document.GetProperty("paths").EnumerateObject()
            .SelectMany(p => p.Value.EnumerateObject().Select(m => $"{m.Name.ToUpperInvariant()} {p.Name}")).Order();
        Assert.Equal(ApiScopes.Table.Keys.Select(k => k.Replace(" /", $" {ManagementApi.Base}/", StringComparison.Ordinal).Replace(":guid", "", StringComparison.Ordinal).Replace(":int", "", StringComparison.Ordinal)).Order(), calls);
        Assert.Equal("bearer", document.GetProperty("components").GetProperty("securitySchemes").GetProperty("apiKey").GetProperty("scheme").GetString());
        var list = document.GetProperty("paths").GetProperty("/api/v1/channels").GetProperty("get");
        Assert.False(string.IsNullOrEmpty(list.GetProperty("summary").GetString()));
        Assert.Contains(list.GetProperty("parameters").EnumerateArray(), p => p.GetProperty("name").GetString() == "limit");
        Assert.Equal("integer", document.GetProperty("components").GetProperty("schemas").GetProperty("MessageView").GetProperty("properties").GetProperty("seq").GetProperty("type").GetString());
        Assert.True(document.GetProperty("paths").GetProperty("/api/v1/channels").GetProperty("post").TryGetProperty("requestBody", out _));
        Assert.True(document.GetProperty("components").GetProperty("schemas").GetProperty("ChannelView").GetProperty("properties").TryGetProperty("settings", out _));
    }

    [Fact]
    public async Task Page_NeedsNoInlineScript()
    {
        using var response = await _nobody.GetAsync(new Uri("/api/index.html", UriKind.Relative));
        var html = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, html);
        Assert.DoesNotMatch(@"<script(?![^>]*\bsrc=)", html);
        Assert.DoesNotContain("<style", html, StringComparison.OrdinalIgnoreCase);
        using var start = await _nobody.GetAsync(new Uri("/api", UriKind.Relative));
        Assert.True(start.IsSuccessStatusCode);
        using var script = await _nobody.GetAsync(new Uri("/api/swagger-ui-bundle.js", UriKind.Relative));
        Assert.True(script.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Health_FollowsTheJournal()
    {
        Assert.Equal("ok", (await _nobody.CallAsync("GET", "/healthz/live")).GetProperty("status").GetString());
        Assert.Equal("ok", (await _nobody.CallAsync("GET", "/healthz/ready")).GetProperty("status").GetString());
        _host.Journal.Fault = "The disk is full.";
        using var response = await _nobody.SendAsync("GET", "/healthz/ready");
        _host.Journal.Fault = null;
        Assert.Equal(503, (int)response.StatusCode);
        Assert.Contains((await response.JsonAsync()).GetProperty("checks").EnumerateArray(), c => c.GetProperty("name").GetString() == "journal" && !c.GetProperty("ok").GetBoolean());
    }
}
