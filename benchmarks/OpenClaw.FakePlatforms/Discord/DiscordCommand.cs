using OpenClaw.FakePlatforms.Serving;

namespace OpenClaw.FakePlatforms.Discord;

/// <summary>The verb <c>discord</c>: serves until it is stopped, with a guild and two people to begin with.</summary>
internal static class DiscordCommand
{
    /// <summary>Its first part names the application 1000000000000000001.</summary>
    public const string UsualToken = "MTAwMDAwMDAwMDAwMDAwMDAwMQ.TEST.fake-discord-token";

    public static async Task<int> RunAsync(CommandOptions options)
    {
        await using var discord = await FakeDiscord.StartAsync(new() { Port = options.Number("port", 8082), Tokens = [options.Text("token", UsualToken)] });
        discord.AddUser("Ada");
        discord.AddUser("Ben");
        var guild = discord.AddGuild("Workshop");
        guild.AddForum("questions");
        Console.WriteLine($"Discord at {discord.Url}, apiBaseUrl {discord.ApiBaseUrl}, token {discord.Token}. Stop with Ctrl+C.");
        await LoopbackServer.UntilStoppedAsync();
        return 0;
    }
}
