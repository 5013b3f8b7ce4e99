using Microsoft.AspNetCore.Http;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Telegram;

namespace OpenClaw.Core.Tests.Channels.Telegram;

/// <summary>Servers that answer polls at once, as simple emulators do: they are asked once a second and not thousands of times.</summary>
public sealed class HastyServerTests
{
    private const string Me = """{"ok":true,"result":{"id":123456,"is_bot":true,"first_name":"Bot","username":"bot"}}""";
    private const string NoHook = """{"ok":true,"result":{"url":""}}""";
    private readonly TestClock _clock = new();
    private int _polls;

    [Theory]
    [InlineData("[]", 0)]
    [InlineData("""[{"update_id":7,"message":{"message_id":1,"date":1,"chat":{"id":5,"type":"private","first_name":"Ada"},"from":{"id":5,"is_bot":false,"first_name":"Ada"},"text":"again and again"}}]""", 1)]
    public async Task Poll_AnsweredAtOnceWithNothingNew_IsPaced(string updates, int messages)
    {
        await using var server = await HttpServer.StartAsync(context => AnswerAsync(context, updates));
        await using var road = await PlatformRoad.StartAsync(s => s.AddTelegramChannel(), _clock);
        var channel = road.AddChannel("telegram", new { baseUrl = server.Url.ToString() }, new Dictionary<string, string> { ["botToken"] = "123456:TEST" });
        await road.ConnectedAsync(channel);
        for (var second = 0; second < 5; second++)
        {
            var before = Volatile.Read(ref _polls);
            await TestWait.UntilAsync(() =>
            {
                _clock.Advance(TimeSpan.FromMilliseconds(250));
                return Volatile.Read(ref _polls) > before;
            });
        }

        var began = _clock.GetUtcNow();
        var polls = Volatile.Read(ref _polls);
        await TestWait.UntilAsync(() =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(250));
            return Volatile.Read(ref _polls) >= polls + 4;
        });
        Assert.InRange((_clock.GetUtcNow() - began).TotalSeconds, 3, double.MaxValue);
        Assert.Equal(messages, (await road.TextsAsync()).Count);
        await TestWait.UntilAsync(() => road.Supervisor.Look(channel.Id)!.State == ChannelLinkState.Connected); // the clock may have run ahead of an answer
    }

    private Task AnswerAsync(HttpContext context, string updates)
    {
        var method = context.Request.Path.Value!.Split('/')[^1];
        if (method == "getUpdates") Interlocked.Increment(ref _polls);
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(method switch { "getMe" => Me, "getWebhookInfo" => NoHook, "getUpdates" => $$"""{"ok":true,"result":{{updates}}}""", _ => """{"ok":true,"result":true}""" });
    }
}
