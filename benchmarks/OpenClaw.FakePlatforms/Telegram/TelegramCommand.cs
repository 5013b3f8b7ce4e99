using OpenClaw.FakePlatforms.Serving;

namespace OpenClaw.FakePlatforms.Telegram;

/// <summary>The verb <c>telegram</c>: serves until it is stopped.</summary>
internal static class TelegramCommand
{
    public static async Task<int> RunAsync(CommandOptions options)
    {
        await using var telegram = await FakeTelegram.StartAsync(new() { Port = options.Number("port", 8081), Tokens = [options.Text("token", "123456:TEST")] });
        Console.WriteLine($"Telegram Bot API at {telegram.Url}, token {telegram.Token}. Stop with Ctrl+C.");
        await LoopbackServer.UntilStoppedAsync();
        return 0;
    }
}
