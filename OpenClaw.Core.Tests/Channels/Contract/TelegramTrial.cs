using OpenClaw.Core.Tests.Fakes;
using OpenClaw.FakePlatforms.Faults;
using OpenClaw.FakePlatforms.Telegram;
using OpenClaw.Gateway.Core.Channels.Telegram;

namespace OpenClaw.Core.Tests.Channels.Contract;

/// <summary>Telegram keeps the contract of all adapters.</summary>
public sealed class TelegramContractTests : ChannelContract
{
    private protected override async Task<ChannelTrial> StartAsync() => await TelegramTrial.StartAsync();
}

/// <summary>A Telegram channel that polls, and Ada, who writes to its bot in private.</summary>
internal sealed class TelegramTrial : ChannelTrial
{
    private readonly FakeTelegram _telegram;
    private readonly FakePerson _ada;

    private TelegramTrial(FakeTelegram telegram) => (_telegram, _ada) = (telegram, telegram.AddUser("Ada"));

    public override int LongestText => 4_096;

    public override IReadOnlyList<string> Received => [.. _telegram.Messages.Select(m => m.Text ?? "")];

    public static async Task<TelegramTrial> StartAsync()
    {
        var telegram = await FakeTelegram.StartAsync();
        var road = await PlatformRoad.StartAsync(s => s.AddTelegramChannel());
        var trial = new TelegramTrial(telegram) { Road = road };
        trial.Channel = road.AddChannel("telegram", new { baseUrl = telegram.BaseUrl }, new Dictionary<string, string> { ["botToken"] = telegram.Token });
        await road.ConnectedAsync(trial.Channel);
        return trial;
    }

    public override async Task SayAsync(string text) => await _ada.SaysAsync(text);

    public override async Task<bool> SayAgainAsync()
    {
        await _telegram.ConfirmedAsync();
        _telegram.Bot.Updates.Repeat();
        return true;
    }

    public override Task CutAsync()
    {
        _telegram.DropConnections();
        return Task.CompletedTask;
    }

    public override void LimitNext() => _telegram.Faults.Next("sendMessage", Fault.TooManyRequests(1));

    public override Task RevokeAsync()
    {
        _telegram.Bot.Revoke();
        _telegram.DropConnections();
        return Task.CompletedTask;
    }

    protected override ValueTask DisposePlatformAsync() => _telegram.DisposeAsync();
}
