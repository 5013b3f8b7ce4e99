using System.Globalization;
using System.Text.Json.Nodes;
using OpenClaw.Benchmarks.Driver;
using OpenClaw.Benchmarks.Probe;
using OpenClaw.FakePlatforms.Discord;
using OpenClaw.FakePlatforms.Telegram;

namespace OpenClaw.Benchmarks.Measures;

/// <summary>
/// What a connected channel of a chat platform costs: managed heap and resident memory after a full collection, with the channels saved but switched off, and
/// with all of them connected to the fakes of this process and a few exchanges behind them.
/// </summary>
internal static class ChannelMemory
{
    private const int Exchanges = 3;
    private const int WarmUp = 20;

    public static async Task<IReadOnlyList<Row>> RunAsync(Bench bench)
    {
        var channels = bench.Options.Quick ? 50 : 200;
        return
        [
            Row.AtMost($"connected Telegram channel of {channels}: memory", 150, 75, " KB", await TelegramAsync(bench, channels)),
            Row.AtMost($"connected Discord channel of {channels}: memory", 150, 75, " KB", await DiscordAsync(bench, channels)),
        ];
    }

    private static async Task<double> TelegramAsync(Bench bench, int channels)
    {
        var tokens = Enumerable.Range(1, channels + WarmUp).Select(i => string.Create(CultureInfo.InvariantCulture, $"{100_000 + i}:bench")).ToArray();
        await using var telegram = await FakeTelegram.StartAsync(new() { Tokens = tokens });
        var ada = telegram.AddUser("Ada");
        return await MeasureAsync(bench, "telegram", channels, i => (new() { ["baseUrl"] = telegram.BaseUrl }, tokens[i]), async (from, to) =>
        {
            foreach (var token in tokens[from..to])
            {
                var voice = ada.With(telegram.World.BotOf(token)!);
                for (var i = 0; i < Exchanges; i++) await voice.SaysAsync(Text(token, i));
            }

            await telegram.WaitForMessagesAsync(to * Exchanges, limit: TimeSpan.FromMinutes(2));
        });
    }

    private static async Task<double> DiscordAsync(Bench bench, int channels)
    {
        await using var discord = await FakeDiscord.StartAsync();
        var bots = Enumerable.Range(1, channels + WarmUp).Select(i => discord.AddBot(string.Create(CultureInfo.InvariantCulture, $"Bot {i}"))).ToArray();
        var ada = discord.AddUser("Ada");
        return await MeasureAsync(bench, "discord", channels, i => (new() { ["apiBaseUrl"] = discord.ApiBaseUrl }, bots[i].Token), async (from, to) =>
        {
            foreach (var bot in bots[from..to])
                for (var i = 0; i < Exchanges; i++) await ada.SaysAsync(ada.Direct(bot), Text(bot.Token, i));
            await discord.WaitAsync(() => discord.BotMessages.Count >= to * Exchanges, "all answers", TimeSpan.FromMinutes(2));
        });
    }

    private static string Text(string token, int number) => string.Create(CultureInfo.InvariantCulture, $"message {number} for {token[..6]}");

    private static async Task<double> MeasureAsync(Bench bench, string kind, int channels, Func<int, (JsonObject Settings, string Token)> channel, Func<int, int, Task> converse)
    {
        var (gateway, _, probe) = await bench.StartGatewayAsync();
        var agent = await gateway.Api.CreateEchoAgentAsync("Echo of the platforms");
        List<Guid> ids = [];
        for (var i = 0; i < channels + WarmUp; i++)
        {
            var (settings, token) = channel(i);
            settings["rateLimitPerUserPerMinute"] = 0;
            ids.Add(Guid.Parse((await gateway.Api.PostAsync("/api/v1/channels", new()
            {
                ["kind"] = kind, ["name"] = string.Create(CultureInfo.InvariantCulture, $"{kind} {i}"), ["enabled"] = false, ["agent"] = agent, ["settings"] = settings, ["secrets"] = new JsonObject { ["botToken"] = token },
            }))["id"]!.GetValue<string>()));
        }

        // what the first connections bring along (compiled code, pools, the database's caches) is not theirs
        await ConnectAsync(bench, gateway, ids[..WarmUp]);
        await converse(0, WarmUp);
        await Task.Delay(TimeSpan.FromSeconds(12), TimeProvider.System, bench.Cancellation);
        var (before, resident) = (probe.Collect().Heap, ProcessFigures.ResidentBytes(gateway.Id));
        await ConnectAsync(bench, gateway, ids[WarmUp..]);
        await converse(WarmUp, channels + WarmUp);
        await Task.Delay(TimeSpan.FromSeconds(12), TimeProvider.System, bench.Cancellation); // sessions come to rest
        var (after, residentAfter) = (probe.Collect().Heap, ProcessFigures.ResidentBytes(gateway.Id));
        bench.Say($"  {kind,-8} {channels:n0} channels: heap {before / 1048576.0:n1} -> {after / 1048576.0:n1} MB, {(after - before) / 1024.0 / channels:n1} KB each; RSS {resident / 1048576.0:n1} -> {residentAfter / 1048576.0:n1} MB, {(residentAfter - resident) / 1024.0 / channels:n1} KB each");
        await bench.EndAsync(gateway);
        return Math.Max(after - before, residentAfter - resident) / 1024.0 / channels;
    }

    private static async Task ConnectAsync(Bench bench, GatewayProcess gateway, List<Guid> ids)
    {
        foreach (var id in ids) await gateway.Api.PatchAsync($"/api/v1/channels/{id}", new() { ["enabled"] = true });
        foreach (var id in ids) await ConnectedAsync(bench, gateway, id);
    }

    private static async Task ConnectedAsync(Bench bench, GatewayProcess gateway, Guid channel)
    {
        for (var tries = 0; ; tries++)
        {
            var status = await gateway.Api.GetAsync($"/api/v1/channels/{channel}/status");
            if (status["connection"]?["state"]?.GetValue<string>() == "connected") return;
            if (tries == 300) throw new TimeoutException($"Channel {channel} does not connect: {status.ToJsonString()}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, bench.Cancellation);
        }
    }
}
