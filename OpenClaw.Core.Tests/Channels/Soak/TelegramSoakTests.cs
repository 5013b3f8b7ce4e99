using System.Collections.Concurrent;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.FakePlatforms.Telegram;
using OpenClaw.Gateway.Core.Channels.Telegram;
using Xunit.Abstractions;

namespace OpenClaw.Core.Tests.Channels.Soak;

/// <summary>Telegram, cut again and again.</summary>
public sealed class TelegramSoakTests(ITestOutputHelper output)
{
    [Fact]
    [Trait("Category", "Soak")]
    public async Task Soak_CutEveryFiveSeconds_NothingIsLostOrDoubled()
    {
        await using var telegram = await FakeTelegram.StartAsync(new() { KeepMessages = 200, KeepCalls = 500 });
        await using var road = await PlatformRoad.StartAsync(s => s.AddTelegramChannel());
        var channel = road.AddChannel("telegram", new { baseUrl = telegram.BaseUrl }, new Dictionary<string, string> { ["botToken"] = telegram.Token });
        await road.ConnectedAsync(channel);
        var people = Enumerable.Range(0, Soak.People).Select(i => telegram.AddUser($"Person {i}")).ToArray();
        var received = new ConcurrentDictionary<string, int>();
        telegram.World.FromBots.Added += message => received.AddOrUpdate(message.Text ?? "", 1, (_, count) => count + 1);
        await new Soak(road, channel, output).RunAsync((person, text) => people[person].SaysAsync(text), () => telegram.DropConnections(), () => received);
    }
}
