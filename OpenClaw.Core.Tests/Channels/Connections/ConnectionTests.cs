using System.Collections.Frozen;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Connections;

namespace OpenClaw.Core.Tests.Channels.Connections;

/// <summary>One owner per connection: what begins, ends and renews it, and what is told of it.</summary>
public sealed class ConnectionTests
{
    private readonly ScriptedPlatform _platform = new();
    private readonly TestClock _clock = new();

    [Fact]
    public async Task Channel_Added_IsConnectedAndTakesMessages()
    {
        await using var road = await StartAsync();
        var channel = road.AddChannel(ScriptedPlatform.Name, new { });
        await road.ConnectedAsync(channel);
        _platform.Put(ScriptedPlatform.Message("1", "hello"));
        await TestWait.UntilAsync(() => _platform.Shown.Values.Contains("hello"));
        var link = road.Supervisor.Look(channel.Id)!;
        Assert.Equal((ChannelLinkState.Connected, "the bot", 1L, null), (link.State, link.Account, link.Generation, link.Cause));
        Assert.Equal(_clock.GetUtcNow(), link.LastProofAt);
    }

    [Fact]
    public async Task Channel_SwitchedOffOrItsTenantSuspended_HasNoConnection()
    {
        await using var road = await StartAsync();
        var channel = road.AddChannel(ScriptedPlatform.Name, new { });
        await road.ConnectedAsync(channel);
        road.Catalog.Put(channel with { Enabled = false });
        await StateAsync(road, channel, ChannelLinkState.Off);
        road.Catalog.Put(channel);
        await road.ConnectedAsync(channel);
        road.Catalog.Change(t => t with { Suspended = true });
        await StateAsync(road, channel, ChannelLinkState.Off);
        road.Catalog.Change(t => t with { Suspended = false });
        await road.ConnectedAsync(channel);
        road.Catalog.RemoveChannel(channel.Id);
        await TestWait.UntilAsync(() => road.Supervisor.Look(channel.Id) is null);
        Assert.Equal(1, _platform.MostOpen);
    }

    [Fact]
    public async Task Change_OfSettingsOrToken_RenewsTheConnection_OfTheNameDoesNot()
    {
        await using var road = await StartAsync();
        var channel = road.AddChannel(ScriptedPlatform.Name, new { a = 1 });
        await road.ConnectedAsync(channel);
        road.Catalog.Put(channel with { Name = "Other" });
        road.Catalog.Put(road.Catalog.FindChannel(channel.Id)! with { Control = new(SubjectFlow.Paused) });
        Assert.True(road.Supervisor.Restart(channel.Id));
        await TestWait.UntilAsync(() => _platform.Generations.Count == 2);
        await road.ConnectedAsync(channel);
        road.Catalog.Put(channel with { Settings = System.Text.Json.JsonElement.Parse("""{"a":2}""") });
        await TestWait.UntilAsync(() => _platform.Generations.Count == 3);
        Assert.Equal(1, _platform.MostOpen);
        Assert.Equal([1, 2, 3], _platform.Generations);
    }

    /// <summary>The old one is closed and awaited before a new one opens: else answers come twice.</summary>
    [Fact]
    public async Task Restart_TheOldConnectionTakesItsTime_TheNewOneWaitsForIt()
    {
        var slow = new TaskCompletionSource();
        var first = true;
        _platform.Connect = async (connection, token) =>
        {
            connection.Connected("the bot");
            var isFirst = first;
            first = false;
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (isFirst) await slow.Task;
        };
        await using var road = await StartAsync();
        var channel = road.AddChannel(ScriptedPlatform.Name, new { });
        await road.ConnectedAsync(channel);
        for (var i = 0; i < 5; i++) Assert.True(road.Supervisor.Restart(channel.Id));
        Assert.Single(_platform.Generations);
        slow.SetResult();
        await TestWait.UntilAsync(() => road.Supervisor.Look(channel.Id) is { State: ChannelLinkState.Connected, Generation: > 1 });
        Assert.Equal(1, _platform.MostOpen);
    }

    /// <summary>A connection that has ended but whose code still runs brings nothing in and changes no status.</summary>
    [Fact]
    public async Task Connection_HasEnded_WhatItStillSaysDoesNotCount()
    {
        IChannelConnection? old = null;
        _platform.Connect = async (connection, token) =>
        {
            old ??= connection;
            connection.Connected("the bot");
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        };
        await using var road = await StartAsync();
        var channel = road.AddChannel(ScriptedPlatform.Name, new { });
        await road.ConnectedAsync(channel);
        road.Supervisor.Restart(channel.Id);
        await TestWait.UntilAsync(() => road.Supervisor.Look(channel.Id) is { State: ChannelLinkState.Connected, Generation: 2 });
        old!.Waits("conflict", "It is not so.");
        var outcome = await old.AcceptAsync(ScriptedPlatform.Message("1", "late"), default);
        Assert.Equal(PlatformVerdict.TryLater, outcome.Verdict);
        Assert.Equal(ChannelLinkState.Connected, road.Supervisor.Look(channel.Id)!.State);
        Assert.Empty(await road.TextsAsync());
    }

    [Fact]
    public async Task Failures_InARow_AreTriedLaterAndLater()
    {
        for (var i = 0; i < 4; i++) _platform.Faults.Enqueue(new ChannelFaultException("unreachable", "Nobody answers.", "Start it."));
        await using var road = await StartAsync();
        var channel = road.AddChannel(ScriptedPlatform.Name, new { });
        var pauses = new List<double>();
        for (var i = 1; i <= 4; i++)
        {
            await TestWait.UntilAsync(() => _platform.Generations.Count == i && road.Supervisor.Look(channel.Id)!.State == ChannelLinkState.Retrying);
            var link = road.Supervisor.Look(channel.Id)!;
            Assert.Equal(("unreachable", "Nobody answers.", "Start it."), (link.Cause, link.Detail, link.Fix));
            pauses.Add((link.NextTryAt!.Value - link.Since).TotalSeconds);
            await TestWait.UntilAsync(() =>
            {
                if (_platform.Generations.Count > i) return true;
                _clock.Advance(TimeSpan.FromMilliseconds(100)); // step by step: the pause is told before its timer is there
                return false;
            });
        }

        await road.ConnectedAsync(channel);
        for (var i = 0; i < 4; i++) Assert.InRange(pauses[i], Math.Pow(2, i) / 2, Math.Pow(2, i));
        Assert.Null(road.Supervisor.Look(channel.Id)!.Cause);
    }

    [Theory]
    [InlineData(1, 0.0, 0.5)]
    [InlineData(4, 1.0, 8)]
    [InlineData(40, 1.0, 300)]
    public void Backoff_Grows_AndHasAnEnd(int failures, double random, double seconds) => Assert.Equal(seconds, Backoff.After(failures, random, isFatal: false, asked: null).TotalSeconds, 3);

    [Fact]
    public void Backoff_PlatformAsksForMore_GetsIt() => Assert.Equal(TimeSpan.FromMinutes(20), Backoff.After(1, 0, isFatal: false, TimeSpan.FromMinutes(20)));

    /// <summary>A refused token is told at once and not hammered.</summary>
    [Fact]
    public async Task Fatal_Cause_WaitsForHoursOrAnEdit()
    {
        _platform.Faults.Enqueue(new ChannelFaultException("token_refused", "The platform refused the token.", "Set another one.", isFatal: true));
        await using var road = await StartAsync();
        var channel = road.AddChannel(ScriptedPlatform.Name, new { });
        await StateAsync(road, channel, ChannelLinkState.Failed);
        await _clock.WaitForTimersAsync();
        _clock.Advance(TimeSpan.FromHours(5));
        Assert.Single(_platform.Generations);
        road.Catalog.Put(channel with { Secrets = new Dictionary<string, string> { ["token"] = "new" }.ToFrozenDictionary() });
        await road.ConnectedAsync(channel);
        Assert.Equal(2, _platform.Generations.Count);
    }

    [Fact]
    public async Task Trouble_OfOneChannel_LeavesTheOthersAlone()
    {
        _platform.Faults.Enqueue(new InvalidOperationException("a fault of the program"));
        await using var road = await StartAsync();
        var broken = road.AddChannel(ScriptedPlatform.Name, new { });
        await StateAsync(road, broken, ChannelLinkState.Retrying);
        var other = road.AddChannel(ScriptedPlatform.Name, new { });
        await road.ConnectedAsync(other);
        Assert.Equal("connection_failed", road.Supervisor.Look(broken.Id)!.Cause);
    }

    /// <summary>Replies wait for the connection and burn no attempt meanwhile.</summary>
    [Fact]
    public async Task Connected_WakesTheLane()
    {
        await using var road = await StartAsync();
        var channel = road.AddChannel(ScriptedPlatform.Name, new { });
        await road.ConnectedAsync(channel);
        _platform.IsUp = false;
        _platform.Put(ScriptedPlatform.Message("1", "hello"));
        await TestWait.UntilAsync(() => road.Road.Get<IOutbox>().Look(channel.Id)?.Held is not null);
        _platform.IsUp = true;
        Assert.DoesNotContain(_platform.Calls, c => c.Call == "send");
        Assert.True(road.Supervisor.Restart(channel.Id));
        await TestWait.UntilAsync(() => _platform.Shown.Values.Contains("hello"));
    }

    private Task<PlatformRoad> StartAsync() => PlatformRoad.StartAsync(s => ScriptedPlatform.Add(s, _platform), _clock);

    private static Task StateAsync(PlatformRoad road, ChannelModel channel, ChannelLinkState state) => TestWait.UntilAsync(() => road.Supervisor.Look(channel.Id)?.State == state);
}
