using System.Text.Json.Nodes;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.FakePlatforms.Discord;
using OpenClaw.FakePlatforms.Discord.Gateway;
using OpenClaw.FakePlatforms.Discord.Model;

namespace OpenClaw.Core.Tests.Platforms;

/// <summary>The fake keeps the rules of the gateway.</summary>
public sealed class FakeDiscordGatewayTests : IAsyncLifetime
{
    private readonly TestClock _clock = new();
    private FakeDiscord _discord = null!;
    private DiscordChannel _channel = null!;
    private DiscordUser _ada = null!;

    public async Task InitializeAsync()
    {
        _discord = await FakeDiscord.StartAsync(new() { Time = _clock, CaptureFolder = null });
        _discord.Bot.Starts.Window = TimeSpan.Zero;
        _channel = _discord.AddGuild("Guild").Channels[0];
        _ada = _discord.AddUser("Ada");
    }

    public async Task DisposeAsync() => await _discord.DisposeAsync();

    [Fact]
    public async Task Identify_IsAnsweredWithReadyAndTheGuilds()
    {
        var (gateway, ready) = await RawGateway.ReadyAsync(_discord);
        await using var _ = gateway;

        var guild = await gateway.EventAsync("GUILD_CREATE");

        Assert.Equal(_discord.Gateway.ResumeUrl, (string?)ready["d"]!["resume_gateway_url"]);
        Assert.True((bool)ready["d"]!["guilds"]![0]!["unavailable"]!);
        Assert.Equal("general", (string?)guild["d"]!["channels"]![0]!["name"]);
        Assert.Equal(2, (long)guild["s"]!);
        Assert.Equal(1, _discord.Bot.Starts.Used);
    }

    [Theory]
    [InlineData("""{"op":2,"d":{"token":"wrong","intents":1,"properties":{"os":"x","browser":"x","device":"x"}}}""", CloseCodes.AuthenticationFailed)]
    [InlineData("""{"op":2,"d":{"token":"TOKEN","intents":131072,"properties":{"os":"x","browser":"x","device":"x"}}}""", CloseCodes.InvalidIntents)]
    [InlineData("""{"op":2,"d":{"token":"TOKEN","intents":2,"properties":{"os":"x","browser":"x","device":"x"}}}""", CloseCodes.DisallowedIntents)]
    [InlineData("""{"op":2,"d":{"token":"TOKEN","intents":1,"shard":[1,1],"properties":{"os":"x","browser":"x","device":"x"}}}""", CloseCodes.InvalidShard)]
    [InlineData("""{"op":2,"d":{"token":"TOKEN","intents":1}}""", CloseCodes.DecodeError)]
    [InlineData("""{"op":3,"d":{}}""", CloseCodes.NotAuthenticated)]
    [InlineData("""{"op":77,"d":{}}""", CloseCodes.UnknownOpcode)]
    [InlineData("no json", CloseCodes.DecodeError)]
    public async Task Payload_ThatBreaksARule_ClosesWithItsCode(string payload, int code)
    {
        await using var gateway = await RawGateway.ConnectAsync(_discord);
        await gateway.ReadAsync(10);

        await gateway.SendTextAsync(payload.Replace("TOKEN", _discord.Token, StringComparison.Ordinal));

        Assert.Equal(code, await gateway.ClosedAsync());
    }

    [Fact]
    public async Task Payload_TooLargeOrTooOften_Closes()
    {
        await using var large = await RawGateway.ConnectAsync(_discord);
        await large.SendTextAsync($$"""{"op":1,"d":null,"x":"{{new string('x', 4096)}}"}""");
        await using var often = await RawGateway.ConnectAsync(_discord);
        for (var i = 0; i < 121; i++) await often.SendAsync(1, null);

        Assert.Equal(CloseCodes.DecodeError, await large.ClosedAsync());
        Assert.Equal(CloseCodes.RateLimited, await often.ClosedAsync());
    }

    [Fact]
    public async Task Connect_WithoutVersion_Closes()
    {
        await using var gateway = await RawGateway.ConnectAsync(_discord, query: "?encoding=json");

        Assert.Equal(CloseCodes.InvalidVersion, await gateway.ClosedAsync());
    }

    [Fact]
    public async Task Heartbeat_IsAcknowledged_AndItsAbsenceCloses()
    {
        var (gateway, ready) = await RawGateway.ReadyAsync(_discord);
        await using var _ = gateway;
        await gateway.SendAsync(1, 1);
        await gateway.ReadAsync(11);
        _discord.Gateway.RequestHeartbeats();
        await gateway.ReadAsync(1);

        _clock.Advance(_discord.Gateway.HeartbeatInterval * 1.5);

        Assert.Equal(CloseCodes.SessionTimedOut, await gateway.ClosedAsync());
        await using var again = await RawGateway.ConnectAsync(_discord);
        await again.ResumeAsync(_discord.Token, (string)ready["d"]!["session_id"]!, 1);
        Assert.False((bool)(await again.ReadAsync(9))["d"]!);
    }

    [Fact]
    public async Task Resume_BringsWhatWasMissedInOrder()
    {
        var (gateway, ready) = await RawGateway.ReadyAsync(_discord);
        await using var _ = gateway;
        var seen = (long)(await gateway.EventAsync("GUILD_CREATE"))["s"]!;
        _discord.Gateway.DropAll();
        await _discord.WaitAsync(() => _discord.Gateway.Live.Count == 0, "no live connection");
        await _ada.SaysAsync(_channel, "one");
        await _ada.SaysAsync(_channel, "two");

        await using var again = await RawGateway.ConnectAsync(_discord, (string)ready["d"]!["resume_gateway_url"]!);
        await again.ResumeAsync(_discord.Token, (string)ready["d"]!["session_id"]!, seen);
        var one = await again.EventAsync("MESSAGE_CREATE");
        var two = await again.EventAsync("MESSAGE_CREATE");
        await again.EventAsync("RESUMED");
        await _ada.SaysAsync(_channel, "three");
        var three = await again.EventAsync("MESSAGE_CREATE");

        Assert.Equal(["one", "two", "three"], new[] { one, two, three }.Select(e => (string?)e["d"]!["content"]));
        Assert.Equal(seen + 1, (long)one["s"]!);
        Assert.Equal([DiscordGateway.Path, DiscordGateway.ResumePath], _discord.Gateway.Paths);
    }

    [Theory]
    [InlineData(1000, false)]
    [InlineData(4900, true)]
    public async Task Resume_AfterAClose_DependsOnItsCode(int code, bool resumes)
    {
        var (gateway, ready) = await RawGateway.ReadyAsync(_discord);
        await using var _ = gateway;
        await gateway.CloseAsync(code);
        await _discord.WaitAsync(() => _discord.Gateway.Sockets.Count == 0, "no connection");

        await using var again = await RawGateway.ConnectAsync(_discord);
        await again.ResumeAsync(_discord.Token, (string)ready["d"]!["session_id"]!, 1);

        if (resumes) await again.EventAsync("RESUMED");
        else Assert.False((bool)(await again.ReadAsync(9))["d"]!);
    }

    [Fact]
    public async Task Resume_AheadOfTheSequence_Closes4007()
    {
        var (gateway, ready) = await RawGateway.ReadyAsync(_discord);
        await using var _ = gateway;
        await using var again = await RawGateway.ConnectAsync(_discord);

        await again.ResumeAsync(_discord.Token, (string)ready["d"]!["session_id"]!, 99);

        Assert.Equal(CloseCodes.InvalidSequence, await again.ClosedAsync());
    }

    [Fact]
    public async Task Identify_TooSoonAfterAnother_IsAnInvalidSession()
    {
        _discord.Bot.Starts.Window = TimeSpan.FromSeconds(5);
        var (first, _) = await RawGateway.ReadyAsync(_discord);
        await using var __ = first;
        await using var second = await RawGateway.ConnectAsync(_discord);

        await second.IdentifyAsync(_discord.Token);
        Assert.False((bool)(await second.ReadAsync(9))["d"]!);
        _clock.Advance(TimeSpan.FromSeconds(5));
        await second.IdentifyAsync(_discord.Token);

        await second.EventAsync("READY");
        Assert.Equal(1, _discord.Bot.Starts.TooSoon);
    }

    [Fact]
    public async Task Message_WithoutTheContentIntent_IsEmptyUnlessItIsMeantForTheBot()
    {
        var (gateway, _) = await RawGateway.ReadyAsync(_discord, RawGateway.AllIntents & ~(1 << 15));
        await using var __ = gateway;

        await _ada.SaysAsync(_channel, "secret");
        await _ada.SaysAsync(_channel, $"{_discord.Bot.User.Mention} hello");
        await _ada.SaysAsync(_ada.Direct(), "direct");

        Assert.Equal("", (string?)(await gateway.EventAsync("MESSAGE_CREATE"))["d"]!["content"]);
        Assert.EndsWith("hello", (string?)(await gateway.EventAsync("MESSAGE_CREATE"))["d"]!["content"], StringComparison.Ordinal);
        var direct = await gateway.EventAsync("MESSAGE_CREATE");
        Assert.Equal(("direct", null), ((string?)direct["d"]!["content"], direct["d"]!["guild_id"]));
    }

    [Fact]
    public async Task Shards_HaveTheirGuilds_AndTheFirstHasDirectMessages()
    {
        var other = _discord.AddGuild("Other");
        var guilds = new[] { _channel.Guild!, other };
        var (zero, _) = await RawGateway.ReadyAsync(_discord, shard: new JsonArray(0, 2));
        var (one, ready) = await RawGateway.ReadyAsync(_discord, shard: new JsonArray(1, 2));
        await using var _0 = zero;
        await using var _1 = one;
        var ofOne = guilds.Where(g => (g.Number >> 22) % 2 == 1).ToList();

        await _ada.SaysAsync(_ada.Direct(), "direct");
        foreach (var guild in ofOne) await _ada.SaysAsync(guild.Channels[0], "there");

        Assert.Equal(ofOne.Select(g => g.Id), ready["d"]!["guilds"]!.AsArray().Select(g => (string)g!["id"]!));
        Assert.Equal("direct", (string?)(await zero.EventAsync("MESSAGE_CREATE"))["d"]!["content"]);
        if (ofOne.Count > 0) Assert.Equal("there", (string?)(await one.EventAsync("MESSAGE_CREATE"))["d"]!["content"]);
    }

    [Fact]
    public async Task Events_TwiceSwappedSplitAndUnknown_ArriveSo()
    {
        var (gateway, _) = await RawGateway.ReadyAsync(_discord);
        await using var __ = gateway;
        _discord.Gateway.SplitFrames = true;
        _discord.Gateway.DuplicateNext();
        await _ada.SaysAsync(_channel, "twice ✓");
        _discord.Gateway.SwapNext();
        await _ada.SaysAsync(_channel, "late");
        await _ada.SaysAsync(_channel, "early");
        _discord.Gateway.Dispatch("SOMETHING_NEW", """{"x":null}""");

        var texts = new List<string?>();
        for (var i = 0; i < 4; i++) texts.Add((string?)(await gateway.EventAsync("MESSAGE_CREATE"))["d"]!["content"]);

        Assert.Equal(["twice ✓", "twice ✓", "early", "late"], texts);
        await gateway.EventAsync("SOMETHING_NEW");
    }

    [Fact]
    public void WireJson_HalfOfASurrogatePair_GoesOutAsItsEscape() =>
        Assert.Equal("""{"a":"\ud800x😀"}""", WireJson.Write(new JsonObject { ["a"] = "\ud800x😀" }));

    [Fact]
    public async Task Invalidate_AndReconnect_AreSent()
    {
        var (gateway, ready) = await RawGateway.ReadyAsync(_discord);
        await using var _ = gateway;
        _discord.Gateway.RequestReconnect();
        _discord.Gateway.Invalidate(resumable: true);

        await gateway.ReadAsync(7);
        Assert.True((bool)(await gateway.ReadAsync(9))["d"]!);
        await gateway.ResumeAsync(_discord.Token, (string)ready["d"]!["session_id"]!, 1);
        await gateway.EventAsync("RESUMED");
    }

    [Fact]
    public async Task Freeze_NothingGoesThrough_UntilThawed()
    {
        var (gateway, _) = await RawGateway.ReadyAsync(_discord);
        await using var __ = gateway;
        await gateway.EventAsync("GUILD_CREATE");
        _discord.Gateway.Freeze();
        await gateway.SendAsync(1, 2);
        var answer = gateway.ReadAsync(11);

        _clock.Advance(_discord.Gateway.HeartbeatInterval * 2);
        Assert.False(answer.IsCompleted);
        _discord.Gateway.Thaw();

        await answer;
    }

    [Fact]
    public async Task Freeze_AConnectionThatItsBotHasGivenUp_GoesAndItsSessionResumes()
    {
        var (gateway, ready) = await RawGateway.ReadyAsync(_discord);
        _discord.Gateway.Freeze();
        await gateway.SendAsync(1, 1);
        await gateway.DisposeAsync();

        await using var again = await RawGateway.ConnectAsync(_discord, _discord.Gateway.ResumeUrl);
        await again.ResumeAsync(_discord.Token, (string)ready["d"]!["session_id"]!, 1);

        await again.EventAsync("RESUMED");
    }

    [Fact]
    public async Task Close_ByTheServer_LeavesASessionThatResumes()
    {
        var (gateway, ready) = await RawGateway.ReadyAsync(_discord);
        await using var _ = gateway;
        _discord.Gateway.CloseAll(CloseCodes.UnknownError);
        Assert.Equal(CloseCodes.UnknownError, await gateway.ClosedAsync());
        await gateway.CloseAsync(1000);
        await _discord.WaitAsync(() => _discord.Gateway.Sockets.Count == 0, "no connection");

        await using var again = await RawGateway.ConnectAsync(_discord);
        await again.ResumeAsync(_discord.Token, (string)ready["d"]!["session_id"]!, 1);

        await again.EventAsync("RESUMED");
    }

    [Fact]
    public async Task ManyBots_InOneServer_EachHasItsOwn()
    {
        const int Count = 200;
        var bots = Enumerable.Range(0, Count).Select(i => _discord.AddBot($"Bot {i}")).ToList();
        var gateways = new List<RawGateway>();
        foreach (var bot in bots)
        {
            var gateway = await RawGateway.ConnectAsync(_discord);
            gateways.Add(gateway);
            await gateway.IdentifyAsync(bot.Token);
            await gateway.EventAsync("READY");
        }

        for (var i = 0; i < Count; i++) await _ada.SaysAsync(_ada.Direct(bots[i]), $"to {i}");

        for (var i = 0; i < Count; i++) Assert.Equal($"to {i}", (string?)(await gateways[i].EventAsync("MESSAGE_CREATE"))["d"]!["content"]);
        foreach (var gateway in gateways) await gateway.DisposeAsync();
    }

    [Fact]
    public async Task GuildPayload_IsPadded()
    {
        _channel.Guild!.PadTo = 2 << 20;
        var (gateway, _) = await RawGateway.ReadyAsync(_discord);
        await using var __ = gateway;

        var guild = await gateway.EventAsync("GUILD_CREATE");

        Assert.True(guild["d"]!["members"]!.AsArray().Count > 1000);
    }

    [Fact]
    public async Task Compression_OfTheWholeConnection_IsReadable()
    {
        using System.Net.WebSockets.ClientWebSocket socket = new();
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60), TimeProvider.System);
        await socket.ConnectAsync(new(_discord.Gateway.Url + "?v=10&encoding=json&compress=zlib-stream"), limit.Token);
        var buffer = new byte[4096];

        var part = await socket.ReceiveAsync(buffer, limit.Token);

        using System.IO.Compression.ZLibStream zlib = new(new MemoryStream(buffer, 0, part.Count), System.IO.Compression.CompressionMode.Decompress);
        var text = new byte[512];
        var length = await zlib.ReadAsync(text, limit.Token);
        Assert.Equal(10, (int)JsonNode.Parse(text.AsSpan(0, length))!["op"]!);
    }

    [Fact]
    public async Task BotRemovedFromAGuild_SeesItNoMore()
    {
        var (gateway, _) = await RawGateway.ReadyAsync(_discord);
        await using var __ = gateway;

        _channel.Guild!.Remove(_discord.Bot);

        Assert.Equal(_channel.Guild.Id, (string?)(await gateway.EventAsync("GUILD_DELETE"))["d"]!["id"]);
        Assert.Equal(50001, (await new RawDiscord(_discord).SayAsync(_channel.Id, "x")).Code);
    }

    [Fact]
    public async Task ResetToken_ClosesTheConnectionsForGood()
    {
        var (gateway, _) = await RawGateway.ReadyAsync(_discord);
        await using var __ = gateway;

        _discord.Bot.ResetToken();

        Assert.Equal(CloseCodes.AuthenticationFailed, await gateway.ClosedAsync());
    }
}
