using OpenClaw.FakePlatforms.Capture;
using OpenClaw.FakePlatforms.Discord;
using OpenClaw.FakePlatforms.Serving;
using OpenClaw.FakePlatforms.Telegram;

namespace OpenClaw.FakePlatforms;

/// <summary>The command line: one verb for each fake, and one that adds up what the fakes have captured.</summary>
internal static class Program
{
    private const string Usage = """
        Stand-ins for chat platforms, for development and tests. They keep the published rules of the platform.

        usage:
          telegram [--port 8081] [--token 123456:TEST]   a Telegram Bot API server; several tokens with commas
          discord [--port 8082] [--token TOKEN]          Discord, REST and gateway v10
          captured FOLDER                                what the fakes have counted, as a table; exit code 1 when a rule was broken

        Run one with:  dotnet run --project benchmarks/OpenClaw.FakePlatforms -- telegram
        Then open its address in a browser: the page plays the people who write to the bot.
        With OPENCLAW_PLATFORM_CAPTURE set to a folder, requests and broken rules are counted there.
        See docs/channels/fake-platforms.md.
        """;

    public static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["telegram", .. var rest] when CommandOptions.TryRead(rest, ["port", "token"], out var options):
                return await TelegramCommand.RunAsync(options);
            case ["discord", .. var rest] when CommandOptions.TryRead(rest, ["port", "token"], out var options):
                return await DiscordCommand.RunAsync(options);
            case ["captured", var folder]:
                return CapturedCommand.Run(folder, Console.Out);
            case [] or ["--help" or "-h" or "help"]:
                Console.WriteLine(Usage);
                return 0;
            default:
                await Console.Error.WriteLineAsync(Usage);
                return 2;
        }
    }
}
