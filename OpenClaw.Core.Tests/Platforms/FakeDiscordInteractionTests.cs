using System.Text.Json.Nodes;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.FakePlatforms.Discord;
using OpenClaw.FakePlatforms.Discord.Model;

namespace OpenClaw.Core.Tests.Platforms;

/// <summary>The fake keeps the rules of interactions.</summary>
public sealed class FakeDiscordInteractionTests : IAsyncLifetime
{
    private readonly TestClock _clock = new();
    private FakeDiscord _discord = null!;
    private RawDiscord _rest = null!;
    private DiscordChannel _channel = null!;
    private DiscordUser _ada = null!;

    public async Task InitializeAsync()
    {
        _discord = await FakeDiscord.StartAsync(new() { Time = _clock, CaptureFolder = null });
        _rest = new(_discord);
        _channel = _discord.AddGuild("Guild").Channels[0];
        _ada = _discord.AddUser("Ada");
        await _rest.PutAsync($"/applications/{_discord.Bot.Id}/commands", JsonNode.Parse("""[{"name":"ask","description":"Asks.","options":[{"type":3,"name":"question","description":"What."}]}]"""));
    }

    public async Task DisposeAsync() => await _discord.DisposeAsync();

    [Fact]
    public async Task Command_DeferredAndFollowedUp_IsOneMessage()
    {
        var (gateway, _) = await RawGateway.ReadyAsync(_discord);
        await using var __ = gateway;
        var asked = await _ada.RunsCommandAsync(_channel, "ask", ("question", "why"));

        var told = (await gateway.EventAsync("INTERACTION_CREATE"))["d"]!;
        var deferred = await CallbackAsync(asked, 5);
        var thinking = asked.Original!.IsLoading;
        var edited = await _rest.PatchAsync($"/webhooks/{_discord.Bot.Id}/{asked.Token}/messages/@original", new JsonObject { ["content"] = "because" });
        var more = await _rest.PostAsync($"/webhooks/{_discord.Bot.Id}/{asked.Token}", new JsonObject { ["content"] = "and so on" });

        Assert.Equal("why", (string?)told["data"]!["options"]![0]!["value"]);
        Assert.Equal(_ada.Id, (string?)told["member"]!["user"]!["id"]);
        Assert.Equal((204, true), (deferred.Status, thinking));
        Assert.Equal((200, 200), (edited.Status, more.Status));
        Assert.Equal(["because", "and so on"], _discord.BotMessages.Select(m => m.Content));
        Assert.Empty(_discord.Violations);
    }

    [Fact]
    public async Task Callback_TwiceOrTooLate_IsRefused()
    {
        var first = await _ada.RunsCommandAsync(_channel, "ask");
        await CallbackAsync(first, 5);
        var twice = await CallbackAsync(first, 5);
        var second = await _ada.RunsCommandAsync(_channel, "ask");
        _clock.Advance(TimeSpan.FromSeconds(3.1));
        var late = await CallbackAsync(second, 5);
        _clock.Advance(TimeSpan.FromMinutes(15));
        var dead = await _rest.PostAsync($"/webhooks/{_discord.Bot.Id}/{first.Token}", new JsonObject { ["content"] = "x" });

        Assert.Equal(40060, twice.Code);
        Assert.Equal((404, 10062), (late.Status, late.Code));
        Assert.Equal((401, 50027), (dead.Status, dead.Code));
    }

    [Fact]
    public async Task Button_ChangesItsMessage()
    {
        var sent = await _rest.PostAsync($"/channels/{_channel.Id}/messages", JsonNode.Parse("""{"content":"ok?","components":[{"type":1,"components":[{"type":2,"style":1,"label":"Yes","custom_id":"y"}]}]}"""));
        var message = await _discord.WaitForMessageAsync(m => m.Content == "ok?");
        var pressed = await _ada.PressAsync(message, "Yes");

        var answer = await _rest.PostAsync($"/interactions/{pressed.Id}/{pressed.Token}/callback?with_response=true", JsonNode.Parse("""{"type":7,"data":{"content":"yes!","components":[]}}"""));

        Assert.Equal((sent.Id, 200), (message.Id, answer.Status));
        Assert.Equal(("yes!", 0), (message.Content, message.Components.Count));
        await Assert.ThrowsAsync<InvalidOperationException>(() => _ada.PressAsync(message, "Yes"));
        Assert.Empty(_discord.Violations);
    }

    [Fact]
    public async Task Select_AndAButtonOfAnOldMessage_ReachTheBot()
    {
        await _rest.PostAsync($"/channels/{_channel.Id}/messages", JsonNode.Parse("""{"content":"pick","components":[{"type":1,"components":[{"type":3,"custom_id":"s","options":[{"label":"One","value":"1"}]}]}]}"""));
        var message = await _discord.WaitForMessageAsync();
        var (gateway, _) = await RawGateway.ReadyAsync(_discord);
        await using var __ = gateway;

        await _ada.SelectsAsync(message, "1");
        await _ada.PressOldAsync(message, "gone");

        Assert.Equal("1", (string?)(await gateway.EventAsync("INTERACTION_CREATE"))["d"]!["data"]!["values"]![0]);
        Assert.Equal("gone", (string?)(await gateway.EventAsync("INTERACTION_CREATE"))["d"]!["data"]!["custom_id"]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _ada.SelectsAsync(message, "2"));
        Assert.Empty(_discord.Violations);
    }

    [Fact]
    public async Task Ephemeral_IsNotInTheChannel()
    {
        var asked = await _ada.RunsCommandAsync(_ada.Direct(), "ask");
        var answer = await _rest.PostAsync($"/interactions/{asked.Id}/{asked.Token}/callback", JsonNode.Parse("""{"type":4,"data":{"content":"psst","flags":64}}"""));
        var history = await _rest.GetAsync($"/channels/{_ada.Direct().Id}/messages");

        Assert.Equal(204, answer.Status);
        Assert.Empty(history.Json!.AsArray());
        Assert.Equal("psst", asked.Original!.Content);
    }

    private Task<RawAnswer> CallbackAsync(DiscordInteraction interaction, int type) =>
        _rest.PostAsync($"/interactions/{interaction.Id}/{interaction.Token}/callback", new JsonObject { ["type"] = type });
}
