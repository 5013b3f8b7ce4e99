using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Core.Tests.Pipeline;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Maintenance;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Maintenance;

/// <summary>Sessions that nobody writes in fall asleep and expire, each at its channel's time.</summary>
public sealed class IdleSessionsTests
{
    [Fact]
    public async Task Dormancy_ChannelsWithTheirOwnSpans_EachInItsTime()
    {
        var clock = new TestClock();
        await using var road = await Road.StartAsync(time: clock);
        var quick = road.AddChannel(c => c with { Timers = c.Timers with { DormantAfter = TimeSpan.FromMinutes(1) } });
        var slow = road.AddChannel();
        foreach (var channel in new[] { quick, slow })
            for (var i = 0; i < 250; i++) await road.Inbox.AcceptAsync(Road.Message(channel, "1", "hello", $"user {i}"), default);
        await SettledAsync(road);
        Assert.Equal(0, await RunAsync<SessionsDormancy>(road));
        clock.Jump(TimeSpan.FromMinutes(2));
        Assert.Equal(250, await RunAsync<SessionsDormancy>(road, dryRun: true));
        Assert.Equal(250, await RunAsync<SessionsDormancy>(road));
        Assert.Equal(0, await RunAsync<SessionsDormancy>(road));
        Assert.All(Rows(road), s => Assert.Equal(s.ChannelId == quick.Id ? SessionState.Dormant : SessionState.Active, s.State));
        clock.Jump(TimeSpan.FromMinutes(30));
        road.Sessions.Sweep(); // the other half is found in the database alone
        Assert.Equal(250, await RunAsync<SessionsDormancy>(road));
        Assert.All(Rows(road), s => Assert.Equal(SessionState.Dormant, s.State));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Expired_NextMessage_TakesItUpAgain(bool inMemory)
    {
        var clock = new TestClock();
        await using var road = await Road.StartAsync(time: clock);
        var channel = road.AddChannel();
        var first = await road.Inbox.AcceptAsync(Road.Message(channel, "1", "hello"), default);
        await SettledAsync(road);
        clock.Jump(TimeSpan.FromDays(8));
        if (!inMemory) road.Sessions.Sweep();
        Assert.Equal(1, await RunAsync<SessionsExpiry>(road));
        Assert.Equal((SessionState.Expired, (DateTimeOffset?)null), (Rows(road)[0].State, Rows(road)[0].EndedAt));
        var next = await road.Inbox.AcceptAsync(Road.Message(channel, "2", "back again"), default);
        Assert.Equal((first.SessionId, 3), (next.SessionId, next.Seq));
        await SettledAsync(road);
        Assert.Equal(SessionState.Active, Rows(road)[0].State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Expiry_TakenOver_GoesBackToTheAgent(bool waits)
    {
        var clock = new TestClock();
        await using var road = await Road.StartAsync(time: clock);
        var channel = road.AddChannel();
        var watcher = await RoadTests.AttachAsync(road, channel);
        var first = await road.Inbox.AcceptAsync(Road.Message(channel, "1", "hello"), default);
        await watcher.NextReplyAsync();
        await road.Get<ISessionControl>().TakeOverAsync(road.Catalog.Tenant.Id, first.SessionId, Guid.Empty, "Ada", default);
        if (waits) await road.Inbox.AcceptAsync(Road.Message(channel, "2", "anybody there?"), default);
        clock.Jump(TimeSpan.FromDays(8));
        Assert.Equal(1, await RunAsync<SessionsExpiry>(road));
        if (waits) Assert.Equal("anybody there?", (await watcher.NextReplyAsync()).Text.ToString());
        await SettledAsync(road);
        Assert.Null(Rows(road)[0].TakenAt);
    }

    [Fact]
    public async Task Dormancy_ClockSetBack_NothingMovesUntilItHasCaughtUp()
    {
        var clock = new TestClock();
        var folder = Directory.CreateTempSubdirectory("openclaw-idle-").FullName;
        var catalog = new FakeCatalog();
        await using (var road = await Road.StartAsync(catalog, folder, clock))
        {
            await road.Inbox.AcceptAsync(Road.Message(road.AddChannel(), "1", "hello"), default);
            await SettledAsync(road);
        }

        var back = new TestClock(clock.GetUtcNow().AddDays(-400));
        await using (var road = await Road.StartAsync(catalog, folder, back))
        {
            Assert.Equal(0, await RunAsync<SessionsDormancy>(road));
            var next = await road.Inbox.AcceptAsync(Road.Message(catalog.Channels.Single(), "2", "from the past"), default);
            Assert.Equal(3, next.Seq);
            await SettledAsync(road);
            back.Jump(TimeSpan.FromHours(1));
            Assert.Equal(1, await RunAsync<SessionsDormancy>(road));
        }

        TestFolder.Delete(folder);
    }

    private static async Task<long> RunAsync<T>(Road road, bool dryRun = false)
        where T : IdleSessionsJob
    {
        var job = (T)Activator.CreateInstance(typeof(T), road.Get<ISystemDbFactory>(), road.Get<ICatalog>(), road.Sessions, road.Get<TimeProvider>())!;
        var progress = new JobProgress(dryRun);
        await job.RunAsync(progress, default);
        return progress.Items;
    }

    private static List<Session> Rows(Road road)
    {
        using var db = road.Db();
        return [.. db.Sessions];
    }

    private static async Task SettledAsync(Road road)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await road.RowsAsync()).Any(r => r.From == MessageFrom.User && r.State != MessageState.Answered))
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
