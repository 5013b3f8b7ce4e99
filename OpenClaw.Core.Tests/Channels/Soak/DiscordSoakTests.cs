using System.Collections.Concurrent;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.FakePlatforms.Discord;
using OpenClaw.Gateway.Core.Channels.Discord;
using Xunit.Abstractions;

namespace OpenClaw.Core.Tests.Channels.Soak;

/// <summary>Discord, cut again and again.</summary>
public sealed class DiscordSoakTests(ITestOutputHelper output)
{
    [Fact]
    [Trait("Category", "Soak")]
    public async Task Soak_CutEveryFiveSeconds_NothingIsLostOrDoubled()
    {
        await using var discord = await FakeDiscord.StartAsync(new() { KeptMessages = 200 });
        discord.Limits.Enabled = false; // fifty messages a second are more than the platform gives a bot
        await using var road = await PlatformRoad.StartAsync(s => s.AddDiscordChannel());
        var channel = road.AddChannel("discord", new { apiBaseUrl = discord.ApiBaseUrl }, new Dictionary<string, string> { ["botToken"] = discord.Token });
        await road.ConnectedAsync(channel);
        var people = Enumerable.Range(0, Soak.People).Select(i => discord.AddUser($"Person {i}")).ToArray();
        var received = new ConcurrentDictionary<string, int>();
        discord.World.Written.Added += message => received.AddOrUpdate(message.Content, 1, (_, count) => count + 1);
        await new Soak(road, channel, output).RunAsync((person, text) => people[person].SaysAsync(people[person].Direct(), text), () => discord.Gateway.DropAll(), () => received);
    }
}
