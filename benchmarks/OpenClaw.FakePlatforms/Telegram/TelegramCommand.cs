using OpenClaw.FakePlatforms.Serving;

namespace OpenClaw.FakePlatforms.Telegram;

/// <summary>The verb <c>telegram</c>: serves until it is stopped.</summary>
internal static class TelegramCommand
{
    public static async Task<int> RunAsync(CommandOptions options)
    {
        await using var telegram = await FakeTelegram.StartAsync(new() { Port = options.Number("port", 8081), Tokens = options.Text("token", "123456:TEST").Split(','), RateLimits = true });
        telegram.AddUser("Ada");
        Console.WriteLine($"""
            Telegram Bot API at {telegram.BaseUrl}, token {telegram.Token}. Stop with Ctrl+C.
            In the channel's settings: baseUrl {telegram.BaseUrl}, and Security:PrivateHosts must name localhost or 127.0.0.1.
            The people who write to the bot: open {telegram.BaseUrl} in a browser.
            Requests are checked against {telegram.DescriptionVersion ?? "the built-in rules only: the description of the Bot API was not found"}.
            """);
        await LoopbackServer.UntilStoppedAsync();
        return 0;
    }
}
