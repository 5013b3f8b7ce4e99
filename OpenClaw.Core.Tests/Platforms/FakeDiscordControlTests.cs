using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Discord;

namespace OpenClaw.Core.Tests.Platforms;

/// <summary>The control API plays people and mishaps.</summary>
public sealed class FakeDiscordControlTests : IAsyncLifetime
{
    private static readonly HttpClient Http = new();

    private FakeDiscord _discord = null!;

    public async Task InitializeAsync()
    {
        _discord = await FakeDiscord.StartAsync(new() { CaptureFolder = null });
        _discord.Bot.Starts.Window = TimeSpan.Zero;
    }

    public async Task DisposeAsync() => await _discord.DisposeAsync();

    [Fact]
    public async Task Page_IsServed() =>
        Assert.Contains("<title>Fake Discord</title>", await Http.GetStringAsync(_discord.Url), StringComparison.Ordinal);

    [Fact]
    public async Task Say_AndPress_ReachTheBot_AndItsAnswerIsShown()
    {
        RawDiscord rest = new(_discord);
        var (gateway, _) = await RawGateway.ReadyAsync(_discord);
        await using var __ = gateway;
        var person = await PostAsync("people", """{"name":"Ada"}""");
        var said = await PostAsync("say", $$"""{"person":"{{person["id"]}}","channel":"direct","text":"hi"}""");
        var heard = await gateway.EventAsync("MESSAGE_CREATE");
        var sent = await rest.PostAsync($"/channels/{said["channel"]}/messages", JsonNode.Parse("""{"content":"ok?","components":[{"type":1,"components":[{"type":2,"style":1,"label":"Yes","custom_id":"y"}]}]}"""));

        await PostAsync("press", $$"""{"person":"{{person["id"]}}","channel":"{{said["channel"]}}","message":"{{sent.Id}}","button":"Yes"}""");

        Assert.Equal("hi", (string?)heard["d"]!["content"]);
        Assert.Equal("y", (string?)(await gateway.EventAsync("INTERACTION_CREATE"))["d"]!["data"]!["custom_id"]);
        var shown = JsonNode.Parse(await Http.GetStringAsync(new Uri(_discord.Url, $"/control/messages?channel={said["channel"]}")))!;
        Assert.Equal(["hi", "ok?"], shown["messages"]!.AsArray().Select(m => (string?)m!["content"]));
        Assert.Empty(_discord.Violations);
    }

    [Fact]
    public async Task Faults_AndGatewayMishaps_ArePlanned()
    {
        RawDiscord rest = new(_discord);
        var (gateway, _) = await RawGateway.ReadyAsync(_discord);
        await using var __ = gateway;

        await PostAsync("faults", """{"route":"GET /users/@me","kind":"limit","seconds":2}""");
        await PostAsync("gateway", """{"do":"reconnect"}""");

        Assert.Equal(429, (await rest.GetAsync("/users/@me")).Status);
        await gateway.ReadAsync(7);
    }

    [Fact]
    public async Task Request_OfAnotherSite_IsRefused()
    {
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(_discord.Url, "/control/token"))
        {
            Content = new StringContent(""),
            Headers = { { "Origin", "https://elsewhere.example" } },
        };
        var token = _discord.Token;

        using var response = await Http.SendAsync(request);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal(token, _discord.Token);
    }

    private async Task<JsonNode> PostAsync(string what, string body)
    {
        using var response = await Http.PostAsJsonAsync(new Uri(_discord.Url, "/control/" + what), JsonNode.Parse(body));
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.True(response.IsSuccessStatusCode, answer.ToJsonString());
        return answer;
    }
}
