using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Sessions;

namespace OpenClaw.Core.Tests.Sessions;

public sealed class SessionPartsTests
{
    [Fact]
    public void RecentIds_ManyInADay_KeepsAll()
    {
        var ids = new RecentIds();
        for (var i = 0; i < 5000; i++) ids.Add($"id{i}", i * 1000L);
        for (var i = 0; i < 5000; i++) Assert.True(ids.MayContain($"id{i}"));
        Assert.Equal(5000, ids.Count);
    }

    [Fact]
    public void RecentIds_OlderThanADay_KeepsTheLastThousand()
    {
        var ids = new RecentIds();
        const long day = RecentIds.KeptMicros;
        for (var i = 0; i < 20_000; i++) ids.Add($"id{i}", i * (day / 100));
        for (var i = 19_000; i < 20_000; i++) Assert.True(ids.MayContain($"id{i}"));
        Assert.InRange(ids.Count, RecentIds.Kept, 4096);
    }

    [Fact]
    public void Root_DiffersByScope()
    {
        var channel = new FakeCatalog().AddChannel();
        var (ada, bob) = (new SessionAddress("main", "t", "ada", null), new SessionAddress("main", "t", "bob", null));
        Assert.NotEqual(SessionKeys.Root(channel, ada), SessionKeys.Root(channel, bob));
        var shared = channel with { Scope = SessionScope.Thread };
        Assert.Equal(SessionKeys.Root(shared, ada), SessionKeys.Root(shared, bob));
        Assert.NotEqual(SessionKeys.Root(shared, ada), SessionKeys.Root(shared, ada with { Thread = "u" }));
        Assert.Equal(SessionKeys.Root(channel with { Scope = SessionScope.Conversation }, ada), SessionKeys.Root(channel with { Scope = SessionScope.Conversation }, bob with { Thread = "u" }));
        Assert.NotEqual(SessionKeys.Root(channel, new("a", "bc", "d", null)), SessionKeys.Root(channel, new("ab", "c", "d", null)));
    }

    [Fact]
    public void Session_IsUuidV8AndDiffersByEpisode()
    {
        var root = Guid.NewGuid();
        var (first, second) = (SessionKeys.Session(root, 1), SessionKeys.Session(root, 2));
        Assert.NotEqual(first, second);
        Assert.Equal((8, 8), (first.Version, second.Version));
        Assert.Equal(first, SessionKeys.Session(root, 1));
    }

    [Fact]
    public async Task Rest_NobodyListens_GoesOnWithHistoryAndIdsAndAddress()
    {
        var clock = new TestClock();
        await using var road = await Road.StartAsync(time: clock);
        var channel = road.AddChannel();
        List<string> history = [];
        road.Agents.Answer = (request, _, _) =>
        {
            history = [.. request.History().Select(h => h.Text.ToString())];
            Assert.Equal(("main", "ada", "Ada"), (request.Address.Conversation, request.Address.UserId, request.Address.UserName));
            return new(AgentOutcome.Answer([new AgentReply(request.Text)]));
        };
        List<string> said = [];
        for (var i = 0; i < 6; i++)
        {
            var watcher = await Pipeline.RoadTests.AttachAsync(road, channel);
            Assert.Equal(2 * i, watcher.Handle!.LastSeq);
            var accepted = await road.Inbox.AcceptAsync(Road.Message(channel, $"m{i}", $"text {i}"), default);
            Assert.Equal((2 * i) + 1, accepted.Seq);
            await watcher.NextReplyAsync();
            Assert.Equal(said, history);
            said.AddRange([$"text {i}", $"text {i}"]);
            var session = await road.Sessions.FindAsync(channel.Tenant.Id, accepted.SessionId, default);
            watcher.Handle.Dispose();
            clock.Advance(TimeSpan.FromSeconds(15));
            await TestWait.UntilAsync(() => road.Sessions.Sweep() == 0 && session!.IsAtRest);
            Assert.Equal((2 * i) + 2, session!.ToldSeq);
            Assert.Equal(new SessionAddress("main", null, "ada", "Ada"), session.Address);
            Assert.True((await road.Inbox.AcceptAsync(Road.Message(channel, "m0", "again"), default)).Duplicate);
        }
    }

    [Fact]
    public async Task Trim_ManyLongTexts_LetsIdleSessionsGoWhichComeBackWithTheirHistory()
    {
        var clock = new TestClock();
        await using var road = await Road.StartAsync(time: clock);
        var channel = road.AddChannel() with { Scope = SessionScope.User };
        IReadOnlyList<HistoryEntry> history = [];
        var asked = 0;
        road.Agents.Answer = (request, _, _) =>
        {
            history = request.History();
            Interlocked.Increment(ref asked);
            return new(AgentOutcome.Answer([]));
        };
        var text = new string('x', 20_000);
        for (var i = 0; i < 2_200; i++) await road.Inbox.AcceptAsync(Road.Message(channel, "1", $"{i} {text}", user: $"u{i}"), default);
        await TestWait.UntilAsync(() => Volatile.Read(ref asked) == 2_200);
        await road.Journal.FlushAsync();
        clock.Advance(TimeSpan.FromSeconds(5));
        await TestWait.UntilAsync(() => road.Sessions.Trim() > 0);
        await TestWait.UntilAsync(() => road.Sessions.Trim() == 0 && road.Sessions.Count <= 2_100); // some may have been busy until now
        Assert.InRange(road.Sessions.Count, 1, 2_100);

        for (var i = 0; i < 5; i++)
        {
            await road.Inbox.AcceptAsync(Road.Message(channel, "2", "again", user: $"u{i}"), default);
            await TestWait.UntilAsync(() => history is [{ } first] && first.Text.ToString().StartsWith($"{i} x", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Sweep_IdleSession_IsGivenBackAndComesBackWithItsHistory()
    {
        var clock = new TestClock();
        await using var road = await Road.StartAsync(time: clock);
        var channel = road.AddChannel();
        IReadOnlyList<HistoryEntry> history = [];
        road.Agents.Answer = (request, _, _) =>
        {
            history = request.History();
            return new(AgentOutcome.Answer([new AgentReply(request.Text)]));
        };
        var watcher = await Pipeline.RoadTests.AttachAsync(road, channel);
        await road.Inbox.AcceptAsync(Road.Message(channel, "1", "one"), default);
        await watcher.NextReplyAsync();
        await road.Journal.FlushAsync();
        clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(0, road.Sessions.Sweep());
        watcher.Handle!.Dispose();
        await TestWait.UntilAsync(() => road.Sessions.Sweep() == 1);
        Assert.Equal(0, road.Sessions.Count);

        Assert.True((await road.Inbox.AcceptAsync(Road.Message(channel, "1", "one"), default)).Duplicate);
        watcher = await Pipeline.RoadTests.AttachAsync(road, channel);
        Assert.Equal(3, (await road.Inbox.AcceptAsync(Road.Message(channel, "2", "two"), default)).Seq);
        await watcher.NextReplyAsync();
        Assert.Equal(["one", "one"], history.Select(h => h.Text.ToString()));
    }
}
