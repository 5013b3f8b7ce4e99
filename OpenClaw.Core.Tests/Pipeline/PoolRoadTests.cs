using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Pipeline;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Pipeline;

/// <summary>Pools on the real road: who is asked next when a member fails, and whom a session keeps.</summary>
public sealed class PoolRoadTests
{
    private static readonly AgentOutcome Error = AgentOutcome.Failed(FailureKind.Transient, DeadLetterCauses.AgentError, "HTTP 500");
    private readonly TestClock _clock = new();
    private readonly ConcurrentQueue<string> _asked = new();
    private readonly ConcurrentDictionary<string, bool> _failing = new();

    [Fact]
    public async Task Failure_OfAMember_TheNextOneIsAskedAtOnceAndKept()
    {
        await using var road = await StartAsync(new(3, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1)));
        var channel = AddPool(road, PoolStrategy.RoundRobin);
        _failing["a"] = true;

        await road.Inbox.AcceptAsync(Road.Message(channel, "1", "hello"), default);
        await SettledAsync(road, waiting: 0);
        _failing.Clear();
        await road.Inbox.AcceptAsync(Road.Message(channel, "2", "again"), default);
        await SettledAsync(road, waiting: 0);

        Assert.Equal(["a", "b", "b"], _asked);
        await using var db = road.Db();
        var attempt = await db.Attempts.SingleAsync();
        Assert.Equal((1, "HTTP 500"), (attempt.Number, attempt.Detail));
        Assert.NotNull(attempt.NextAt);
        Assert.Equal(2, await db.Messages.CountAsync(m => m.From == MessageFrom.User && m.State == MessageState.Answered));
    }

    [Fact]
    public async Task Failure_OfAllMembers_TheyAreAskedAgainAfterAPauseUntilTheirAttemptsAreUsedUp()
    {
        await using var road = await StartAsync(new(2, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10)));
        var channel = AddPool(road, PoolStrategy.RoundRobin);
        foreach (var name in new[] { "a", "b", "c" }) _failing[name] = true;

        await road.Inbox.AcceptAsync(Road.Message(channel, "1", "hello"), default);
        await SettledAsync(road, waiting: 1);
        Assert.Equal(["a", "b", "c"], _asked);
        _clock.Advance(TimeSpan.FromSeconds(11));
        await SettledAsync(road, waiting: 0);

        Assert.Equal(6, _asked.Count);
        Assert.All(_asked.GroupBy(n => n), g => Assert.Equal(2, g.Count()));
        await using var db = road.Db();
        Assert.Equal((DeadLetterCauses.AgentError, 6), await db.DeadLetters.Select(d => new ValueTuple<string, int>(d.Cause, d.Attempts)).SingleAsync());
    }

    [Fact]
    public async Task Failure_OneComesBackMeanwhile_AnswersInTheNextRound()
    {
        await using var road = await StartAsync(new(5, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10)));
        var channel = AddPool(road, PoolStrategy.RoundRobin);
        foreach (var name in new[] { "a", "b", "c" }) _failing[name] = true;
        await road.Inbox.AcceptAsync(Road.Message(channel, "1", "hello"), default);
        await SettledAsync(road, waiting: 1);
        _failing.TryRemove("b", out _);
        _clock.Advance(TimeSpan.FromSeconds(11));
        await SettledAsync(road, waiting: 0);

        await using var db = road.Db();
        Assert.Empty(db.DeadLetters);
        Assert.Equal("b", _asked.Last());
    }

    [Fact]
    public async Task Drain_OfAMember_ItGetsNothingNewAndItsSessionsGoOnElsewhere()
    {
        await using var road = await StartAsync(new(1, TimeSpan.Zero, TimeSpan.Zero));
        var channel = AddPool(road, PoolStrategy.RoundRobin);
        await road.Inbox.AcceptAsync(Road.Message(channel, "1", "hello"), default);
        await SettledAsync(road, waiting: 0);
        Set(road, "a", SubjectFlow.Draining);
        for (var i = 2; i < 12; i++) await road.Inbox.AcceptAsync(Road.Message(channel, $"{i}", "hello", i % 2 == 0 ? "ada" : $"user {i}"), default);
        await SettledAsync(road, waiting: 0);

        Assert.Equal("a", _asked.First());
        Assert.DoesNotContain("a", _asked.Skip(1));
        Assert.Equal(11, _asked.Count);
    }

    [Fact]
    public async Task Paused_AllOfThem_GoesOnWhenAnyIsResumed()
    {
        await using var road = await StartAsync(new(1, TimeSpan.Zero, TimeSpan.Zero));
        var channel = AddPool(road, PoolStrategy.RoundRobin);
        foreach (var name in new[] { "a", "b", "c" }) Set(road, name, SubjectFlow.Paused);
        await road.Inbox.AcceptAsync(Road.Message(channel, "1", "hello"), default);
        await SettledAsync(road, waiting: 1);
        Set(road, "c", SubjectFlow.Running);
        await SettledAsync(road, waiting: 0);

        Assert.Equal(["c"], _asked);
    }

    [Fact]
    public async Task CircuitsOpen_OfAll_TheFirstThatIsBackAnswers()
    {
        await using var road = await StartAsync(new(1, TimeSpan.Zero, TimeSpan.Zero));
        var channel = AddPool(road, PoolStrategy.RoundRobin);
        var (a, b) = (road.Catalog.FindAgent(road.Catalog.Tenant.Id, "a")!, road.Catalog.FindAgent(road.Catalog.Tenant.Id, "b")!);
        foreach (var name in new[] { "a", "b", "c" }) Force(road, name, CircuitState.Open);
        for (var i = 0; i < 5; i++) await road.Inbox.AcceptAsync(Road.Message(channel, $"{i}", "hello", $"user {i}"), default);
        await SettledAsync(road, waiting: 5);
        Force(road, "b", null);
        await SettledAsync(road, waiting: 0);

        Assert.Equal(["b", "b", "b", "b", "b"], _asked);
        Assert.Equal(0, road.Get<Circuits>().Of(SubjectKind.Agent, a.Id).Waiting + road.Get<Circuits>().Of(SubjectKind.Agent, b.Id).Waiting);
    }

    [Fact]
    public async Task Affinity_ForTenMinutes_IsReleasedAfterALongerQuiet()
    {
        await using var road = await StartAsync(new(1, TimeSpan.Zero, TimeSpan.Zero));
        var channel = AddPool(road, PoolStrategy.RoundRobin, TimeSpan.FromMinutes(10));
        await SayAsync(road, channel, "1");
        _clock.Advance(TimeSpan.FromMinutes(9));
        await SayAsync(road, channel, "2");
        _clock.Advance(TimeSpan.FromMinutes(9));
        await SayAsync(road, channel, "3");
        _clock.Advance(TimeSpan.FromMinutes(11));
        await SayAsync(road, channel, "4");

        Assert.Equal(["a", "a", "a", "b"], _asked);
    }

    [Fact]
    public async Task Handoff_ToAPool_OneOfItsMembersIsAskedAndToldWhoAndWhy()
    {
        await using var road = await StartAsync(new(1, TimeSpan.Zero, TimeSpan.Zero));
        var channel = AddPool(road, PoolStrategy.RoundRobin);
        road.Catalog.Rules.Clear();
        HandedOver? told = null;
        road.Agents.Answer = (request, _, _) =>
        {
            _asked.Enqueue(request.Agent.Name);
            if (request.Agent.Name == "Scripted") return new(AgentOutcome.Answer([], handoff: new("team", "wants a person")));
            told = request.HandedOver;
            return new(AgentOutcome.Answer([new AgentReply(request.Text)]));
        };

        await SayAsync(road, channel, "1");

        Assert.Equal(["Scripted", "a"], _asked);
        Assert.Equal(new HandedOver("Scripted", "wants a person"), told);
        await using var db = road.Db();
        Assert.True(await db.Sessions.Select(s => s.Assigned).SingleAsync());
    }

    [Fact]
    public async Task Fallback_FirstAgentIsUnwell_TheNextOneIsAskedButNeverNobody()
    {
        await using var road = await StartAsync(new(1, TimeSpan.Zero, TimeSpan.Zero));
        var channel = AddPool(road, PoolStrategy.RoundRobin);
        var (a, b) = (road.Catalog.FindAgent(road.Catalog.Tenant.Id, "a")!, road.Catalog.FindAgent(road.Catalog.Tenant.Id, "b")!);
        road.Catalog.Rules[road.Catalog.Tenant.Id] = new(1, [new() { Id = Guid.NewGuid(), Name = "All", Target = new() { Agent = a.Id, Fallback = [b.Id] } }]);
        var loads = road.Get<OpenClaw.Gateway.Core.Telemetry.AgentLoads>();
        loads.For(a.Id).Health = new(false, default, "down");
        await SayAsync(road, channel, "1");
        loads.For(b.Id).Health = new(false, default, "down");
        await SayAsync(road, channel, "2");

        Assert.Equal(["b", "a"], _asked);
    }

    private async Task<Road> StartAsync(RetryPolicy retry)
    {
        var road = await Road.StartAsync(new FakeCatalog { Retry = retry }, time: _clock);
        road.Agents.Answer = (request, _, _) =>
        {
            _asked.Enqueue(request.Agent.Name);
            return new(_failing.ContainsKey(request.Agent.Name) ? Error : AgentOutcome.Answer([new AgentReply(request.Text)]));
        };
        return road;
    }

    private static ChannelModel AddPool(Road road, PoolStrategy strategy, TimeSpan? affinity = null)
    {
        var channel = road.AddChannel();
        var members = new[] { "a", "b", "c" }.Select(n => new PoolMember(road.Catalog.AddAgent("scripted", n).Id)).ToList();
        var pool = new PoolModel { Id = Guid.NewGuid(), TenantId = road.Catalog.Tenant.Id, Name = "Team", Strategy = strategy, Members = members, AffinityFor = affinity };
        road.Catalog.Pools[pool.Id] = pool;
        road.Catalog.Rules[road.Catalog.Tenant.Id] = new(1, [new() { Id = Guid.NewGuid(), Name = "All", Target = new() { Pool = pool.Id } }]);
        return channel;
    }

    private static void Set(Road road, string name, SubjectFlow flow) => Change(road, name, c => c with { Flow = flow });

    private static void Force(Road road, string name, CircuitState? state) => Change(road, name, c => c with { Forced = state, ForcedReason = "test" });

    private static void Change(Road road, string name, Func<SubjectControl, SubjectControl> with)
    {
        var agent = road.Catalog.FindAgent(road.Catalog.Tenant.Id, name)!;
        road.Catalog.Replace(agent with { Control = with(agent.Control) });
    }

    private static async Task SayAsync(Road road, ChannelModel channel, string id)
    {
        await road.Inbox.AcceptAsync(Road.Message(channel, id, "hello"), default);
        await SettledAsync(road, waiting: 0);
    }

    private static async Task SettledAsync(Road road, int waiting)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            await road.Journal.FlushAsync();
            await using var db = road.Db();
            var unfinished = await db.Messages.Where(m => m.Pending == PendingWork.Handle).Select(m => m.SessionId).Distinct().CountAsync();
            var held = road.Get<Waits>().Count;
            if (unfinished == held && held == waiting) return;
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
