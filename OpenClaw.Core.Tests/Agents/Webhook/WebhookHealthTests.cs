using Microsoft.AspNetCore.Http;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Agents.Webhook;

public sealed class WebhookHealthTests : IDisposable
{
    private readonly WebhookFixture _fixture = new();

    [Theory]
    [InlineData(204, true)]
    [InlineData(503, false)]
    [InlineData(301, false)]
    public async Task Check_HealthUrlAnswers_WellIsOnly2xx(int status, bool isOk)
    {
        string? asked = null;
        await using var server = await HttpServer.StartAsync(context =>
        {
            asked = $"{context.Request.Method} {context.Request.Path}";
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });

        var check = Assert.Single(await _fixture.Kind.CheckAsync(Model(new(server.Url, "/health")), CancellationToken.None));

        Assert.Equal(("GET /health", isOk), (asked, check.Ok));
        Assert.Contains($"answered with {status}", check.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_NobodyListens_IsNotWell()
    {
        var check = Assert.Single(await _fixture.Kind.CheckAsync(Model(RawServer.NobodyThere()), CancellationToken.None));

        Assert.False(check.Ok);
        Assert.NotNull(check.Fix);
    }

    [Fact]
    public async Task Check_NoHealthUrl_SaysNothing()
    {
        var model = WebhookFixture.Model(new("https://agent.example/"));

        Assert.Empty(await _fixture.Kind.CheckAsync(model, CancellationToken.None));
        Assert.Equal(0, _fixture.Kind.HealthEverySeconds(model.Settings));
        Assert.Equal(30, _fixture.Kind.HealthEverySeconds(Model(new("https://agent.example/health")).Settings));
    }

    [Theory]
    [InlineData("""{"url":"https://a.example/","healthUrl":"ftp://a.example/"}""", "settings.healthUrl")]
    [InlineData("""{"url":"https://a.example/","healthUrl":7}""", "settings.healthUrl")]
    [InlineData("""{"url":"https://a.example/","health":{"everySeconds":-1,"failures":0}}""", "settings.health.everySeconds settings.health.failures")]
    [InlineData("""{"url":"https://a.example/","healthUrl":null,"health":{"everySeconds":0,"failures":3}}""", "")]
    public void Validate_Settings_NamesTheFields(string settings, string fields) =>
        Assert.Equal(fields, string.Join(' ', _fixture.Kind.Validate(System.Text.Json.JsonElement.Parse(settings)).Select(f => f.Field)));

    public void Dispose() => _fixture.Dispose();

    private static AgentModel Model(Uri health) => AgentSamples.Model("webhook", $$"""{"url":"https://agent.example/","healthUrl":"{{health}}"}""");
}
