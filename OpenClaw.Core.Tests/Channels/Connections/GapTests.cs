using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Channels.Connections;

/// <summary>The ledger of what may have been missed, and what a channel remembers over restarts.</summary>
public sealed class GapTests
{
    private readonly ScriptedPlatform _platform = new();
    private readonly TestClock _clock = new();

    [Fact]
    public async Task Connection_Breaks_AGapIsOpenFromTheLastProofUntilItIsCaughtUpWith()
    {
        var cut = new TaskCompletionSource();
        _platform.Connect = async (connection, token) =>
        {
            connection.Connected("the bot");
            if (connection.Generation > 1) await connection.CloseGapAsync(3, 0, "All of it was still there.", token);
            await cut.Task.WaitAsync(token);
            cut = new();
            throw new ChannelFaultException("closed", "The platform closed the connection.");
        };
        await using var road = await StartAsync();
        var channel = road.AddChannel(ScriptedPlatform.Name, new { });
        await road.ConnectedAsync(channel);
        var proof = _clock.GetUtcNow();
        _clock.Advance(TimeSpan.FromMinutes(3));
        cut.SetResult();
        await TestWait.UntilAsync(async () => (await road.GapsAsync(channel)).Count == 1);
        var open = Assert.Single(await road.GapsAsync(channel));
        Assert.Equal((proof, null, "The platform closed the connection."), (open.StartedAt, open.EndedAt, open.Reason));
        await TestWait.UntilAsync(() => road.Supervisor.Look(channel.Id)!.NextTryAt is not null);
        Assert.Equal(new(proof, open.Reason), road.Supervisor.Look(channel.Id)!.Gap);
        await TestWait.UntilAsync(() =>
        {
            if (_platform.Generations.Count > 1) return true;
            _clock.Advance(TimeSpan.FromMilliseconds(100)); // step by step: the pause is told before its timer is there
            return false;
        });
        await TestWait.UntilAsync(async () => (await road.GapsAsync(channel))[0].EndedAt is not null);
        var closed = Assert.Single(await road.GapsAsync(channel));
        Assert.Equal((3, 0, "All of it was still there."), (closed.Recovered, closed.Missed, closed.Detail));
        Assert.Null(road.Supervisor.Look(channel.Id)!.Gap);
    }

    [Fact]
    public async Task Gateway_WasKilled_TheGapBeginsWithTheLastSignOfLife()
    {
        await using var road = await StartAsync();
        var channel = road.AddChannel(ScriptedPlatform.Name, new { });
        await road.ConnectedAsync(channel);
        await TestWait.UntilAsync(async () => await road.Road.Get<IChannelMemory>().Of(channel).GetAsync("life", default) is not null);
        var life = _clock.GetUtcNow();
        await road.Road.Journal.FlushAsync();
        await road.StopAsync(kill: true);
        _clock.Advance(TimeSpan.FromMinutes(10));
        await road.StartAsync();
        await road.ConnectedAsync(channel);
        var gap = Assert.Single(await road.GapsAsync(channel));
        Assert.Equal((life, null, "The gateway was not running."), (gap.StartedAt, gap.EndedAt, gap.Reason));
    }

    [Fact]
    public async Task Gateway_WasStopped_TheOpenGapIsTakenUp()
    {
        await using var road = await StartAsync();
        var channel = road.AddChannel(ScriptedPlatform.Name, new { });
        await road.ConnectedAsync(channel);
        await road.RestartAsync();
        await road.ConnectedAsync(channel);
        Assert.Null(Assert.Single(await road.GapsAsync(channel)).EndedAt);
        Assert.NotNull(road.Supervisor.Look(channel.Id)!.Gap);
    }

    [Fact]
    public async Task Notes_AreDurable_ExpireAndHideSecrets()
    {
        await using var road = await StartAsync();
        var channel = road.AddChannel(ScriptedPlatform.Name, new { });
        var notes = road.Road.Get<IChannelMemory>().Of(channel);
        await notes.SetAsync("offset", "5", default);
        await notes.SetAsync("offset", "6", default);
        await notes.SetAsync([new("token/1", "very-secret"), new("token/2", "other")], TimeSpan.FromMinutes(15), secret: true, default);
        await road.RestartAsync();
        notes = road.Road.Get<IChannelMemory>().Of(channel);
        Assert.Equal("6", await notes.GetAsync("offset", default));
        Assert.Equal(["very-secret", "other"], (await notes.ListAsync("token/", default)).OrderBy(p => p.Key).Select(p => p.Value));
        await using (var db = road.Road.Db()) Assert.DoesNotContain(db.ChannelNotes, n => n.Value.Contains("very-secret"));
        _clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Empty(await notes.ListAsync("token/", default));
        await notes.SetAsync("offset", null, default);
        Assert.Null(await notes.GetAsync("offset", default));
        await using (var db = road.Road.Db()) Assert.DoesNotContain(db.ChannelNotes, n => n.Name != "life");
    }

    [Fact]
    public async Task Conversation_Renamed_KeepsItsSessionAndSendsToTheNewId()
    {
        await using var road = await StartAsync();
        var channel = road.AddChannel(ScriptedPlatform.Name, new { });
        await road.ConnectedAsync(channel);
        _platform.Put(ScriptedPlatform.Message("1", "before", conversation: "group"));
        await TestWait.UntilAsync(() => _platform.Outcomes.Count == 1);
        var aliases = road.Road.Get<IConversationAliases>();
        await aliases.RenameAsync(channel, "group", "supergroup", default);
        await aliases.RenameAsync(channel, "supergroup", "third", default);
        await road.RestartAsync();
        await road.ConnectedAsync(channel);
        _platform.Put(ScriptedPlatform.Message("2", "after", conversation: "third"));
        _platform.Put(ScriptedPlatform.Message("3", "late", conversation: "supergroup"));
        await TestWait.UntilAsync(() => _platform.Outcomes.Count == 3);
        Assert.Single((await road.RowsAsync()).Select(r => r.SessionId).Distinct());
        Assert.Equal("third", await road.Road.Get<IConversationAliases>().CurrentAsync(channel, "group", default));
    }

    private Task<PlatformRoad> StartAsync() => PlatformRoad.StartAsync(s => ScriptedPlatform.Add(s, _platform), _clock);
}
