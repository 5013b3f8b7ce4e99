using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.FakePlatforms.Discord;
using OpenClaw.FakePlatforms.Discord.Gateway;
using OpenClaw.FakePlatforms.Discord.Model;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Channels.Discord;

/// <summary>The life of the connection to Discord's gateway.</summary>
public sealed class ConnectionTests
{
    [Fact]
    public async Task Connect_TellsTheAccountAndProofsOfLife()
    {
        await using var host = await DiscordHost.StartAsync(options: new() { HeartbeatInterval = TimeSpan.FromSeconds(1) });
        var connectedAt = host.Link.LastProofAt;

        await host.Discord.Gateway.WaitAsync(() => host.Discord.Gateway.Heartbeats >= 2, () => "heartbeats");

        await host.StateAsync(l => l.LastProofAt > connectedAt && l is { State: ChannelLinkState.Connected, Account: "Claw" });
        Assert.All(host.Discord.Gateway.Sockets, s => Assert.StartsWith("DiscordBot (https://", s.UserAgent, StringComparison.Ordinal));
        Assert.Empty(host.Discord.Violations);
    }

    [Fact]
    public async Task Dropped_Resumes_AndNothingIsLostOrTwice()
    {
        await using var host = await DiscordHost.StartAsync();
        var ada = host.Discord.AddUser("ada");

        for (var i = 0; i < 5; i++)
        {
            await ada.SaysAsync(ada.Direct(), $"before {i}");
            host.Discord.Gateway.DropAll();
            await ada.SaysAsync(ada.Direct(), $"after {i}");
        }

        var rows = await host.FromPeopleAsync(10);
        Assert.Equal(Enumerable.Range(0, 5).SelectMany(i => new[] { $"before {i}", $"after {i}" }), rows.Select(r => r.Text));
        Assert.Equal(1, host.Discord.Gateway.Identifies);
        await host.ConnectedAsync();
        var gaps = await Eventually.HasAsync(host.GapsAsync, g => g.Count > 0 && g.TrueForAll(x => x.EndedAt is not null));
        Assert.All(gaps, g => Assert.Equal(0, g.Missed));
    }

    [Fact]
    public async Task Heartbeat_NotAcknowledged_IsADeadSocket()
    {
        await using var host = await DiscordHost.StartAsync(options: new() { HeartbeatInterval = TimeSpan.FromSeconds(1) });
        var ada = host.Discord.AddUser("ada");
        var first = host.Discord.Gateway.Sockets.Single();

        host.Discord.Gateway.StopAcks();
        await host.Discord.Gateway.WaitAsync(() => host.Discord.Gateway.Resumes >= 1, () => "a resume");
        host.Discord.Gateway.StartAcks();
        await ada.SaysAsync(ada.Direct(), "still there?");

        await host.Discord.WaitForMessageAsync(m => m.Content == "still there?");
        await host.Discord.Gateway.WaitAsync(() => first.ClosedByBot is not null, () => "a close");
        // a code other than 1000 and 1001, which would end the session
        Assert.Equal(4000, first.ClosedByBot);
        Assert.Equal(1, host.Discord.Gateway.Identifies);
    }

    [Fact]
    public async Task HalfOpenSocket_IsLeftForANewOne()
    {
        await using var host = await DiscordHost.StartAsync(options: new() { HeartbeatInterval = TimeSpan.FromMilliseconds(300) });
        var ada = host.Discord.AddUser("ada");

        host.Discord.Gateway.Freeze();
        await ada.SaysAsync(ada.Direct(), "into the void");

        await host.Discord.WaitForMessageAsync(m => m.Content == "into the void");
        Assert.Equal(1, host.Discord.Gateway.Identifies);
    }

    [Fact]
    public async Task ReconnectRequest_Resumes()
    {
        await using var host = await DiscordHost.StartAsync();

        host.Discord.Gateway.RequestReconnect();

        await host.Discord.Gateway.WaitAsync(() => host.Discord.Gateway.Resumes == 1, () => "a resume");
        Assert.Contains(DiscordGateway.ResumePath, host.Discord.Gateway.Paths.Select(p => p.TrimEnd('/')));
        Assert.Equal(1, host.Discord.Gateway.Identifies);
    }

    [Fact]
    public async Task HeartbeatRequest_IsAnsweredAtOnce()
    {
        await using var host = await DiscordHost.StartAsync();
        var beats = host.Discord.Gateway.Heartbeats;

        host.Discord.Gateway.RequestHeartbeats();

        await host.Discord.Gateway.WaitAsync(() => host.Discord.Gateway.Heartbeats > beats, () => "a heartbeat");
    }

    [Fact]
    public async Task InvalidSession_Resumable_Resumes()
    {
        await using var host = await DiscordHost.StartAsync();

        host.Discord.Gateway.Invalidate(resumable: true);

        await host.Discord.Gateway.WaitAsync(() => host.Discord.Gateway.Resumes == 1, () => "a resume");
        Assert.Equal(1, host.Discord.Gateway.Identifies);
    }

    [Fact]
    public async Task InvalidSession_IdentifiesAnew_LooksBackAndNotesTheGap()
    {
        await using var host = await DiscordHost.StartAsync();
        var ada = host.Discord.AddUser("ada");
        await ada.SaysAsync(ada.Direct(), "one");
        await host.Discord.WaitForMessageAsync(m => m.Content == "one");

        host.Discord.Gateway.Invalidate(resumable: false);
        await ada.SaysAsync(ada.Direct(), "while nobody listened");
        await host.Discord.Gateway.WaitAsync(() => host.Discord.Gateway.Identifies == 2, () => "another identify");
        await ada.SaysAsync(ada.Direct(), "three");

        var rows = await host.FromPeopleAsync(3);
        Assert.Equal(["one", "while nobody listened", "three"], rows.Select(r => r.Text));
        Assert.Equal(0, host.Discord.Bot.Starts.TooSoon);
        var gap = await Eventually.HasAsync(host.GapsAsync, gaps => gaps.Count == 1 && gaps[0].EndedAt is not null);
        Assert.InRange(gap[0].Recovered, 1, 2);
        Assert.Null(gap[0].Missed);
    }

    [Fact]
    public async Task Restart_ResumesTheSession_AndTheGapIsClosed()
    {
        await using var host = await DiscordHost.StartAsync();
        var ada = host.Discord.AddUser("ada");
        await ada.SaysAsync(ada.Direct(), "before");
        await host.Discord.WaitForMessageAsync(m => m.Content == "before");

        await host.RestartAsync(() => ada.SaysAsync(ada.Direct(), "meanwhile"));

        await host.Discord.WaitForMessageAsync(m => m.Content == "meanwhile");
        Assert.Equal((1, 1), (host.Discord.Gateway.Identifies, host.Discord.Gateway.Resumes));
        var gap = (await Eventually.HasAsync(host.GapsAsync, gaps => gaps.Count == 1 && gaps[0].EndedAt is not null))[0];
        Assert.Equal((1, 0), (gap.Recovered, gap.Missed));
    }

    [Fact]
    public async Task Killed_RightAfterTheFirstMessage_ResumesAllTheSame()
    {
        await using var host = await DiscordHost.StartAsync();
        var ada = host.Discord.AddUser("ada");
        await ada.SaysAsync(ada.Direct(), "before");
        await host.Discord.WaitForMessageAsync(m => m.Content == "before");
        // the session is put on record beside the first message
        await Eventually.HasAsync(async () => await host.Road.Get<IChannelMemory>().Of(host.Channel).GetAsync("session:0", CancellationToken.None), note => note is not null);

        await host.RestartAsync(() => ada.SaysAsync(ada.Direct(), "meanwhile"), kill: true);

        await host.Discord.WaitForMessageAsync(m => m.Content == "meanwhile");
        Assert.Equal(1, host.Discord.Gateway.Identifies);
        Assert.Equal(["before", "meanwhile"], (await host.FromPeopleAsync()).Select(r => r.Text));
        Assert.Equal(["before", "meanwhile"], host.Discord.BotMessages.Select(m => m.Content));
    }

    [Fact]
    public async Task Restart_WithALostSession_CatchesUpByRest()
    {
        await using var host = await DiscordHost.StartAsync(settings: "\"activation\":\"always\"", prepare: d => Task.FromResult(d.AddGuild("Home")));
        var (ada, general) = (host.Discord.AddUser("ada"), host.Discord.World.Guilds.Single().Channels[0]);
        var thread = await ada.StartsThreadAsync(general, "Details");
        await ada.SaysAsync(ada.Direct(), "d1");
        await ada.SaysAsync(general, "g1");
        await ada.SaysAsync(thread, "t1");
        await host.FromPeopleAsync(3);

        await host.RestartAsync(async () =>
        {
            host.Discord.Gateway.ForgetSessions();
            await ada.SaysAsync(ada.Direct(), "d2");
            await ada.SaysAsync(general, "g2");
            await ada.SaysAsync(thread, "t2");
        });

        var rows = await host.FromPeopleAsync(6);
        Assert.Equal(["d1", "d2", "g1", "g2", "t1", "t2"], rows.Select(r => r.Text).Order(StringComparer.Ordinal));
        Assert.Equal(3, (await host.SessionsAsync()).Count);
        var gap = (await Eventually.HasAsync(host.GapsAsync, gaps => gaps.Any(g => g.EndedAt is not null)))[0];
        Assert.Equal(3, gap.Recovered);
    }

    [Fact]
    public async Task CatchUp_IsBounded_AndSaysSo()
    {
        await using var host = await DiscordHost.StartAsync(settings: "\"catchUp\":2");
        var ada = host.Discord.AddUser("ada");
        await ada.SaysAsync(ada.Direct(), "0");
        await host.FromPeopleAsync(1);

        await host.RestartAsync(async () =>
        {
            host.Discord.Gateway.ForgetSessions();
            for (var i = 1; i <= 5; i++) await ada.SaysAsync(ada.Direct(), $"{i}");
        });

        var gap = (await Eventually.HasAsync(host.GapsAsync, gaps => gaps.Any(g => g.EndedAt is not null)))[0];
        Assert.Equal((2, null), (gap.Recovered, gap.Missed));
        Assert.Contains("more than is fetched", gap.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingIntent_IsFatal_AndSaysWhichAndWhere()
    {
        await using var host = await DiscordHost.StartAsync(connects: false, prepare: d =>
        {
            d.Bot.Privileged = default;
            return Task.CompletedTask;
        });

        await host.StateAsync(l => l.State == ChannelLinkState.Failed);

        Assert.Equal("intent_missing", host.Link.Cause);
        Assert.Contains("Message Content", host.Link.Detail, StringComparison.Ordinal);
        Assert.Contains("Message Content Intent", host.Link.Fix, StringComparison.Ordinal);
        Assert.True(host.Link.NextTryAt - host.Link.Since >= TimeSpan.FromHours(5));
        Assert.Equal(1, host.Discord.Gateway.Identifies);
    }

    [Fact]
    public async Task TokenRevokedWhileRunning_IsFatal_AndAnEditMendsIt()
    {
        await using var host = await DiscordHost.StartAsync();
        var ada = host.Discord.AddUser("ada");

        var token = host.Discord.Bot.ResetToken();
        await host.StateAsync(l => l.State == ChannelLinkState.Failed);
        Assert.Equal("token_refused", host.Link.Cause);
        Assert.DoesNotContain(token, host.Link.ToString(), StringComparison.Ordinal);
        host.Change(c => c with { Secrets = System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(new Dictionary<string, string> { ["botToken"] = token }) });
        await host.ConnectedAsync();

        await ada.SaysAsync(ada.Direct(), "again");
        await host.Discord.WaitForMessageAsync(m => m.Content == "again");
    }

    [Fact]
    public async Task TokenRefusedByACall_EndsTheConnection_AndTheReplyWaits()
    {
        await using var host = await DiscordHost.StartAsync();
        var ada = host.Discord.AddUser("ada");
        host.Discord.Faults.Next("POST /channels/*/messages", OpenClaw.FakePlatforms.Discord.Rest.RestFault.Unauthorized);

        await ada.SaysAsync(ada.Direct(), "hello");

        await host.StateAsync(l => l is { State: ChannelLinkState.Failed, Cause: "token_refused" });
        Assert.False(host.Sender.IsReady(host.Channel));
        Assert.True(host.Road.Get<OpenClaw.Gateway.Core.Channels.Connections.ChannelSupervisor>().Restart(host.Channel.Id));
        await host.Discord.WaitForMessageAsync(m => m.Content == "hello");
    }

    [Fact]
    public async Task SessionStartLimit_IsKept_AndSaysUntilWhen()
    {
        await using var host = await DiscordHost.StartAsync(connects: false, prepare: d =>
        {
            (d.Bot.Starts.Total, d.Bot.Starts.Used) = (1000, 1000);
            return Task.CompletedTask;
        });

        await host.StateAsync(l => l is { State: ChannelLinkState.Retrying, Cause: "session_limit" });

        Assert.Equal(0, host.Discord.Gateway.Identifies);
    }

    [Fact]
    public async Task Shards_AsManyAsRecommended_EachWithItsServers()
    {
        await using var host = await DiscordHost.StartAsync(settings: "\"activation\":\"always\"", prepare: d =>
        {
            (d.Bot.Shards, d.Bot.NeedsShards, d.Bot.Starts.MaxConcurrency) = (3, true, 3);
            for (var i = 0; i < 4; i++) d.AddGuild($"Guild {i}");
            return Task.CompletedTask;
        });
        var ada = host.Discord.AddUser("ada");

        foreach (var guild in host.Discord.World.Guilds) await ada.SaysAsync(guild.Channels[0], $"hello {guild.Name}");
        await ada.SaysAsync(ada.Direct(), "hello you");

        Assert.Equal(3, host.Discord.Gateway.Live.Count);
        await host.FromPeopleAsync(5);
        Assert.Equal(0, host.Discord.Bot.Starts.TooSoon);
        Assert.Empty(host.Discord.Violations);
    }

    [Fact]
    public async Task Events_TwiceOrOutOfOrder_AreTakenOnce()
    {
        await using var host = await DiscordHost.StartAsync();
        var ada = host.Discord.AddUser("ada");

        host.Discord.Gateway.DuplicateNext(2);
        await ada.SaysAsync(ada.Direct(), "a");
        await ada.SaysAsync(ada.Direct(), "b");
        host.Discord.Gateway.SwapNext();
        await ada.SaysAsync(ada.Direct(), "c");
        await ada.SaysAsync(ada.Direct(), "d");
        await ada.SaysAsync(ada.Direct(), "e");

        await host.Discord.WaitForMessageAsync(m => m.Content == "e");
        Assert.Equal(["a", "b", "c", "d", "e"], (await host.FromPeopleAsync(5)).Select(r => r.Text).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task HugeGuild_DoesNotStallTheConnection()
    {
        await using var host = await DiscordHost.StartAsync(prepare: d =>
        {
            d.AddGuild("Huge").PadTo = 20 << 20;
            return Task.CompletedTask;
        });
        var ada = host.Discord.AddUser("ada");

        await ada.SaysAsync(ada.Direct(), "still quick?");

        await host.Discord.WaitForMessageAsync(m => m.Content == "still quick?");
        Assert.Equal(1, host.Discord.Gateway.Connects);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("""{"op":99,"d":{}}""")]
    [InlineData("""{"op":0,"s":2,"t":"SOMETHING_NEW","d":{"a":[1,null]}}""")]
    [InlineData("""{"op":0,"s":null,"t":null,"d":null}""")]
    [InlineData("""{"op":0,"s":3,"t":"MESSAGE_CREATE","d":{}}""")]
    [InlineData("""{"op":0,"s":3,"t":"MESSAGE_CREATE","d":{"id":null,"channel_id":null,"author":null,"content":null}}""")]
    [InlineData("""{"op":0,"s":3,"t":"MESSAGE_CREATE","d":[1,2]}""")]
    [InlineData("""{"op":0,"s":3,"t":"INTERACTION_CREATE","d":{"id":"1","type":77,"token":null}}""")]
    [InlineData("""{"op":"0","s":"x","t":5}""")]
    public async Task StrangeFrames_AreIgnored(string frame)
    {
        await using var host = await DiscordHost.StartAsync();
        var ada = host.Discord.AddUser("ada");

        host.Discord.Gateway.SendRaw(frame);
        await ada.SaysAsync(ada.Direct(), "and on");

        await host.Discord.WaitForMessageAsync(m => m.Content == "and on");
        Assert.Equal(1, host.Discord.Gateway.Connects);
    }

    [Fact]
    public async Task TextThatIsNoUnicode_IsMended_RightToLeftAndZeroWidthStay()
    {
        await using var host = await DiscordHost.StartAsync();
        var ada = host.Discord.AddUser("ada");
        await ada.SaysAsync(ada.Direct(), "שלום\u200bعالم\u200f!");
        await host.FromPeopleAsync(1);

        host.Discord.Gateway.Dispatch("MESSAGE_CREATE", $$$"""{"id":"{{{ada.Direct().Messages[0].Number + 1}}}","type":0,"channel_id":"{{{ada.Direct().Id}}}","author":{"id":"{{{ada.Id}}}","username":"ada"},"content":"half \ud83d of it"}""");

        var rows = await host.FromPeopleAsync(2);
        Assert.Equal(["שלום\u200bعالم\u200f!", "half \ufffd of it"], rows.Select(r => r.Text));
    }

    [Fact]
    public async Task RemovedFromAServer_OtherConversationsGoOn()
    {
        await using var host = await DiscordHost.StartAsync(settings: "\"activation\":\"always\"", prepare: d => Task.FromResult(d.AddGuild("Home")));
        var (ada, guild) = (host.Discord.AddUser("ada"), host.Discord.World.Guilds.Single());
        await ada.SaysAsync(guild.Channels[0], "here");
        await host.Discord.WaitForMessageAsync(m => m.Content == "here");

        guild.Remove(host.Discord.Bot);
        await ada.SaysAsync(ada.Direct(), "and here");

        await host.Discord.WaitForMessageAsync(m => m.Content == "and here");
        Assert.Equal(ChannelLinkState.Connected, host.Link.State);
    }

    [Fact]
    public async Task ChannelSwitchedOff_ClosesWithACodeThatKeepsTheSession()
    {
        await using var host = await DiscordHost.StartAsync();
        var socket = host.Discord.Gateway.Sockets.Single();

        host.Change(c => c with { Enabled = false });

        await host.StateAsync(l => l.State == ChannelLinkState.Off);
        await host.Discord.Gateway.WaitAsync(() => socket.ClosedByBot is not null, () => "a close");
        Assert.Equal(4000, socket.ClosedByBot);
    }

    [Fact]
    public async Task GatewayAtAForbiddenAddress_IsFatal_WithTheKeyThatOpensIt()
    {
        using var calls = new Fakes.OutgoingCalls(resolver: null); // nothing private is open
        using var sockets = new OpenClaw.Gateway.Core.Channels.Discord.Protocol.Gateway.GatewaySockets(calls.Connector, TimeProvider.System);

        var refusal = await Assert.ThrowsAsync<OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest.DiscordException>(async () => await sockets.OpenAsync(new("ws://127.0.0.1:9/"), CancellationToken.None));

        Assert.Equal(FailureKind.Forbidden, refusal.Kind);
        Assert.Contains("Security:PrivateHosts", refusal.Fix, StringComparison.Ordinal);
    }
}
