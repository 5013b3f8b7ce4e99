using OpenClaw.Core.Tests.Fakes;
using OpenClaw.FakePlatforms.Discord;
using OpenClaw.FakePlatforms.Discord.Model;
using OpenClaw.FakePlatforms.Discord.Rest;
using OpenClaw.Gateway.Core.Channels.Discord;

namespace OpenClaw.Core.Tests.Channels.Contract;

/// <summary>Discord keeps the contract of all adapters.</summary>
public sealed class DiscordContractTests : ChannelContract
{
    private protected override async Task<ChannelTrial> StartAsync() => await DiscordTrial.StartAsync();
}

/// <summary>A Discord channel, and Ada, who writes to its bot in a direct message.</summary>
internal sealed class DiscordTrial : ChannelTrial
{
    private readonly FakeDiscord _discord;
    private readonly DiscordUser _ada;

    private DiscordTrial(FakeDiscord discord) => (_discord, _ada) = (discord, discord.AddUser("Ada"));

    public override int LongestText => 2_000;

    public override IReadOnlyList<string> Received => [.. _discord.BotMessages.Select(m => m.Content)];

    public static async Task<DiscordTrial> StartAsync()
    {
        var discord = await FakeDiscord.StartAsync();
        discord.Limits.Enabled = false;
        discord.Bot.Starts.Window = TimeSpan.Zero;
        var road = await PlatformRoad.StartAsync(s => s.AddDiscordChannel());
        var trial = new DiscordTrial(discord) { Road = road };
        trial.Channel = road.AddChannel("discord", new { apiBaseUrl = discord.ApiBaseUrl }, new Dictionary<string, string> { ["botToken"] = discord.Token });
        await road.ConnectedAsync(trial.Channel);
        return trial;
    }

    public override async Task SayAsync(string text) => await _ada.SaysAsync(_ada.Direct(), text);

    public override Task<bool> SayAgainAsync() => Task.FromResult(false); // a duplicate is asked for before the message: see the channel's own tests

    public override Task CutAsync()
    {
        _discord.Gateway.DropAll();
        return Task.CompletedTask;
    }

    public override void LimitNext() => _discord.Faults.Next("POST /channels/*/messages", RestFault.TooManyRequests(1));

    public override Task RevokeAsync()
    {
        _ = _discord.Bot.ResetToken();
        return Task.CompletedTask;
    }

    protected override ValueTask DisposePlatformAsync() => _discord.DisposeAsync();
}
