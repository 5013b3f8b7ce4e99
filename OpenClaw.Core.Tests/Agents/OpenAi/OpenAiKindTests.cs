using Microsoft.AspNetCore.Http;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Agents.OpenAi;

namespace OpenClaw.Core.Tests.Agents.OpenAi;

public sealed class OpenAiKindTests : IDisposable
{
    private readonly OpenAiFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("""{"model":"x"}""", null)]
    [InlineData("""{"model":"x","baseUrl":"http://localhost:11434/v1/"}""", null)]
    [InlineData("""{"baseUrl":"https://a.example/v1"}""", "settings.model")]
    [InlineData("""{"model":"x","baseUrl":"ftp://a.example"}""", "settings.baseUrl")]
    [InlineData("""{"model":"x","baseUrl":"https://a.example/v1?key=1"}""", "settings.baseUrl")]
    [InlineData("""{"model":"x","temperature":3}""", "settings.temperature")]
    [InlineData("""{"model":"x","historyMessages":-1}""", "settings.historyMessages")]
    [InlineData("""{"model":"x","images":"maybe"}""", "settings.images")]
    [InlineData("""{"model":"x","toolSteps":0}""", "settings.toolSteps")]
    [InlineData("""{"model":"x","systemPrompt":"Hi {{user.age}}"}""", "settings.systemPrompt")]
    [InlineData("""{"model":"x","systemPrompt":"Say {{context.a.b}} {{ date }} {{\"json\":1}} {{}}"}""", null)]
    [InlineData("""{"model":"x","parameters":{"messages":[]}}""", "settings.parameters.messages")]
    [InlineData("""{"model":"x","headers":{"Authorization":"Bearer x"}}""", "settings.headers.Authorization")]
    [InlineData("""{"model":"x","headers":{"X-A":"a\r\nb: c"}}""", "settings.headers.X-A")]
    [InlineData("""{"model":"x","mcpServers":[{"name":"a","url":"https://a.example/mcp","tools":["t"]},{"name":"A","url":"https://b.example/mcp"}]}""", "settings.mcpServers[1].name")]
    [InlineData("""{"model":"x","mcpServers":[{"name":"a b","url":"https://a.example/mcp"}]}""", "settings.mcpServers[0].name")]
    [InlineData("""{"model":"x","mcpServers":[{"name":"a"}]}""", "settings.mcpServers[0].url")]
    [InlineData("""{"model":"x","mcpServers":[{"name":"a","url":"https://a.example/mcp","token":"s"}]}""", "settings.mcpServers[0].token")]
    [InlineData("""{"model":"x","retry":{"attempts":0}}""", "settings.retry.attempts")]
    public void Validate_Settings_FieldOfTheFault(string settings, string? field) =>
        Assert.Equal(field, _fixture.Kind.Validate(AgentSamples.Json(settings)).Select(f => f.Field).FirstOrDefault());

    [Fact]
    public void Presets_Each_PassTheCheckOnceTheModelIsNamed()
    {
        foreach (var preset in _fixture.Kind.Presets)
        {
            var errors = new FieldErrors();
            SettingsCheck.Check(AgentSamples.Json(preset.Settings), [.. _fixture.Kind.Settings.Where(s => s.Name != "model" || preset.Settings.Contains("model", StringComparison.Ordinal))], "settings", closed: false, errors);
            Assert.False(errors.Any, preset.Name);
        }
    }

    [Fact]
    public void Secrets_KeyAndOneForEachServer()
    {
        IAgentKind kind = _fixture.Kind;

        Assert.True(kind.IsSecret("apiKey"));
        Assert.True(kind.IsSecret("mcp.tickets"));
        Assert.False(kind.IsSecret("mcp."));
        Assert.False(kind.IsSecret("mcp.a b"));
        Assert.False(kind.IsSecret("token"));
        Assert.Equal(["apiKey", "mcp.tickets"], kind.SecretsOf(AgentSamples.Json("""{"mcpServers":[{"name":"tickets","url":"https://a.example/mcp"}]}""")));
        Assert.Equal("Token of tickets", kind.DescribeSecret("mcp.tickets")?.Label);
        Assert.Null(kind.CheckSecret("apiKey", "sk-abc"));
        Assert.NotNull(kind.CheckSecret("apiKey", "sk-abc\n"));
    }

    [Theory]
    [InlineData(200, """{"object":"list","data":[{"id":"gpt-test"},{"id":"other"}]}""", "server+ key+ model+")]
    [InlineData(200, """{"object":"list","data":[{"id":"other"}]}""", "server+ key+ model-")]
    [InlineData(200, """{"object":"list","data":[{"id":"models/gpt-test"}]}""", "server+ key+ model+")]
    [InlineData(200, """{"data":[{"id":"/models/some.gguf","owned_by":"llamacpp"}]}""", "server+ key+ model+")]
    [InlineData(200, "<html>", "server-")]
    [InlineData(401, """{"error":{"message":"bad key"}}""", "server+ key-")]
    [InlineData(404, "not found", "server+")]
    [InlineData(500, "oh dear", "server-")]
    public async Task CheckAsync_Server_WhatIsThereAndWhatIsNot(int status, string body, string expected)
    {
        await using var server = await ModelServer.StartAsync(ModelServer.Answer(body, status: status));

        var checks = await _fixture.Kind.CheckAsync(OpenAiFixture.Model(server.Url), default);

        Assert.Equal(expected, string.Join(' ', checks.Select(c => c.Check + (c.Ok ? "+" : "-"))));
        Assert.All(checks.Where(c => !c.Ok), c => Assert.NotNull(c.Fix));
        Assert.Equal("/v1/models", server.Path);
        Assert.Equal("Bearer " + OpenAiFixture.Key, server.Headers["Authorization"]);
    }

    [Fact]
    public async Task CheckAsync_WrongSettings_SaysSo() =>
        Assert.Equal(("settings", false), (await _fixture.Kind.CheckAsync(AgentSamples.Model("openai"), default)).Select(c => (c.Check, c.Ok)).First());

    [Fact]
    public async Task CheckAsync_NobodyThere_SaysSo()
    {
        var check = Assert.Single(await _fixture.Kind.CheckAsync(OpenAiFixture.Model(Fakes.RawServer.NobodyThere()), default));

        Assert.Equal(("server", false), (check.Check, check.Ok));
    }
}
