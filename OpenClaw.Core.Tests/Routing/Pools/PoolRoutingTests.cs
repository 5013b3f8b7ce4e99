using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Routing;
using OpenClaw.Gateway.Core.Routing.Pools;
using OpenClaw.Gateway.Core.Telemetry;
using static OpenClaw.Core.Tests.Routing.RuleSamples;

namespace OpenClaw.Core.Tests.Routing.Pools;

public sealed class PoolRoutingTests
{
    private readonly TestClock _clock = new();
    private readonly FakeCatalog _catalog = new();
    private readonly Gates _gates = new();
    private readonly AgentLoads _loads;
    private readonly AgentModel _a, _b, _c, _common;
    private readonly ChannelModel _channel;
    private readonly Router _router;

    public PoolRoutingTests()
    {
        _loads = new(_clock);
        (_a, _b, _c) = (_catalog.AddAgent("echo", "support-a"), _catalog.AddAgent("echo", "support-b"), _catalog.AddAgent("echo", "support-c"));
        _common = _catalog.AddAgent("echo", "Common", isDefault: true);
        _channel = _catalog.AddChannel();
        _router = new(_catalog, new(new()), _clock, NullLogger<Router>.Instance, new(_catalog, _loads, _gates));
    }

    [Fact]
    public void Route_LeastLoaded_ChoosesTheIdleOneAndSaysWhy()
    {
        Publish(Pool(PoolStrategy.LeastLoaded));
        Busy(_a, 3, 80);
        Busy(_b, 1, 80);
        Busy(_c, 2, 80);

        var decision = _router.Route(_channel, Facts());

        Assert.Equal(_b.Id, decision.Agent);
        var route = JsonElement.Parse(decision.Json);
        Assert.Equal("load-balanced", route.GetProperty("strategy").GetString());
        Assert.Equal("To support", route.GetProperty("rule").GetProperty("name").GetString());
        Assert.Equal("Rule 'To support' matched: it takes every message; pool 'support' chose 'support-b' (least loaded: 1 open, 80 ms).", Why(decision));
    }

    [Fact]
    public void Route_SessionHadAMember_KeepsItAndSharesTheBytes()
    {
        Publish(Pool(PoolStrategy.RoundRobin));

        var first = _router.Route(_channel, Facts(last: _c.Id));
        var second = _router.Route(_channel, Facts(last: _c.Id));

        Assert.Equal(_c.Id, first.Agent);
        Assert.Same(first.Json, second.Json);
        Assert.Equal("affinity", JsonElement.Parse(first.Json).GetProperty("strategy").GetString());
        Assert.Equal("Rule 'To support' matched: it takes every message; pool 'support' keeps 'support-c', which the session had.", Why(first));
    }

    [Fact]
    public void Route_SessionHadAMember_DoesNotAllocatePerMessage()
    {
        Publish(Pool(PoolStrategy.LeastLoaded));
        var facts = Facts(last: _c.Id);
        for (var i = 0; i < 50; i++) _router.Route(_channel, facts);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++) _router.Route(_channel, facts);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 20_000, $"{(GC.GetAllocatedBytesForCurrentThread() - before) / 1_000} bytes per message");
    }

    [Theory]
    [InlineData("disabled")]
    [InlineData("circuit")]
    [InlineData("unwell")]
    [InlineData("gone")]
    public void Route_MemberThatTheSessionHadCannotBeAsked_AnotherOneIsChosen(string why)
    {
        Publish(Pool(PoolStrategy.RoundRobin));
        var had = Guid.NewGuid();
        if (why != "gone") had = _b.Id;
        if (why == "disabled") _catalog.Replace(_b with { Enabled = false });
        if (why == "circuit") _gates.Close(_b.Id);
        if (why == "unwell") _loads.For(_b.Id).Health = new(false, default, "down");

        var chosen = Enumerable.Range(0, 6).Select(_ => _router.Route(_channel, Facts(last: had)).Agent).ToList();

        Assert.DoesNotContain(had, chosen);
        Assert.Contains(_a.Id, chosen);
        Assert.Contains(_c.Id, chosen);
    }

    [Fact]
    public void Route_AffinityHasATime_IsReleasedAfterIt()
    {
        Publish(Pool(PoolStrategy.RoundRobin) with { AffinityFor = TimeSpan.FromMinutes(10) });

        Assert.Equal(_c.Id, _router.Route(_channel, Facts(last: _c.Id) with { Quiet = TimeSpan.FromMinutes(9) }).Agent);
        Assert.Equal(_a.Id, _router.Route(_channel, Facts(last: _c.Id) with { Quiet = TimeSpan.FromMinutes(11) }).Agent);
    }

    [Fact]
    public void Route_NoAffinity_ChoosesForEachMessage()
    {
        Publish(Pool(PoolStrategy.RoundRobin) with { AffinityFor = TimeSpan.Zero });

        Assert.Equal([_a.Id, _b.Id, _c.Id], Enumerable.Range(0, 3).Select(_ => _router.Route(_channel, Facts(last: _c.Id)).Agent));
    }

    [Fact]
    public void Route_WeightedVersions_ShareOfNewSessionsIsExact()
    {
        Publish(Pool(PoolStrategy.Weighted, new PoolMember(_a.Id, 90), new PoolMember(_b.Id, 10)));

        var chosen = Enumerable.Range(0, 200).Select(_ => _router.Route(_channel, Facts()).Agent).ToList();

        Assert.Equal((180, 20), (chosen.Count(c => c == _a.Id), chosen.Count(c => c == _b.Id)));
    }

    [Fact]
    public void Route_WeightZero_GetsNothingNewButKeepsItsSessions()
    {
        Publish(Pool(PoolStrategy.Weighted, new PoolMember(_a.Id, 1), new PoolMember(_b.Id, 0)));

        Assert.All(Enumerable.Range(0, 50), _ => Assert.Equal(_a.Id, _router.Route(_channel, Facts()).Agent));
        Assert.Equal(_b.Id, _router.Route(_channel, Facts(last: _b.Id)).Agent);
        _gates.Close(_a.Id);
        Assert.Equal(_b.Id, _router.Route(_channel, Facts()).Agent);
    }

    [Fact]
    public void Route_WeightOfTheAgent_HoldsWhereTheMemberHasNone()
    {
        _catalog.Replace(_a with { Weight = 3 });
        Publish(Pool(PoolStrategy.Weighted, new PoolMember(_a.Id), new PoolMember(_b.Id)));

        var chosen = Enumerable.Range(0, 40).Select(_ => _router.Route(_channel, Facts()).Agent).ToList();

        Assert.Equal(30, chosen.Count(c => c == _a.Id));
    }

    [Fact]
    public void Route_AllUnwell_StillAsked()
    {
        Publish(Pool(PoolStrategy.RoundRobin));
        foreach (var agent in new[] { _a, _b, _c }) _loads.For(agent.Id).Health = new(false, default, "down");

        Assert.Equal(_a.Id, _router.Route(_channel, Facts()).Agent);
    }

    [Fact]
    public void Route_AllHeldBack_WaitsForOneOfThem()
    {
        Publish(Pool(PoolStrategy.LeastLoaded));
        foreach (var agent in new[] { _a, _b, _c }) _gates.Close(agent.Id);

        var decision = _router.Route(_channel, Facts());

        Assert.False(decision.IsNone);
        Assert.Contains("no agent of the pool 'support' can be asked now: it waits for 'support-", Why(decision), StringComparison.Ordinal);
    }

    [Fact]
    public void Route_PoolIsGoneOrEmpty_PassedOverAndSaid()
    {
        var pool = Pool(PoolStrategy.LeastLoaded);
        Publish(pool);
        foreach (var agent in new[] { _a, _b, _c }) _catalog.Replace(agent with { Enabled = false });
        Assert.Equal("The tenant's default agent. Rule 'To support' matched too, but has a pool in which no agent is enabled: it was passed over.", Why(_router.Route(_channel, Facts())));
        _catalog.Pools.Clear();
        Assert.Equal("The tenant's default agent. Rule 'To support' matched too, but has a pool that was deleted: it was passed over.", Why(_router.Route(_channel, Facts())));
    }

    [Fact]
    public void Route_PoolOfAnotherTenant_IsNotFound()
    {
        Publish(Pool(PoolStrategy.LeastLoaded) with { TenantId = Guid.NewGuid() });

        Assert.Equal(_common.Id, _router.Route(_channel, Facts()).Agent);
    }

    [Fact]
    public void Route_PoolChanged_TurnsGoOnWhereMembersAreTheSame()
    {
        var pool = Pool(PoolStrategy.RoundRobin);
        Publish(pool);
        Assert.Equal(_a.Id, _router.Route(_channel, Facts()).Agent);
        _catalog.Pools[pool.Id] = pool with { Name = "renamed" };
        Assert.Equal(_b.Id, _router.Route(_channel, Facts()).Agent);
        _catalog.Pools[pool.Id] = pool with { Members = [new(_a.Id), new(_b.Id)] };
        Assert.Equal(_a.Id, _router.Route(_channel, Facts()).Agent);
    }

    [Fact]
    public void Route_Capable_LeastLoadedOfThoseWithTheIntent()
    {
        _catalog.Replace(_a with { Intents = ["refund"] });
        _catalog.Replace(_b with { Intents = ["Refund", "delivery"] });
        Capable();
        Busy(_a, 4, 50);

        var decision = _router.Route(_channel, Facts() with { Intent = new("refund", 0.9) });

        Assert.Equal(_b.Id, decision.Agent);
        Assert.StartsWith("Rule 'By intent' matched: it takes every message; of the agents for 'refund', 'support-b' was chosen (least loaded: 0 open, not asked before).", Why(decision), StringComparison.Ordinal);
        Assert.Equal("load-balanced", JsonElement.Parse(decision.Json).GetProperty("strategy").GetString());
    }

    [Fact]
    public void Route_CapableAndNothingRecognised_PassedOverAndSaid()
    {
        Capable();

        Assert.EndsWith("Rule 'By intent' matched too, but no intent was recognised: it was passed over.", Why(_router.Route(_channel, Facts())), StringComparison.Ordinal);
        Assert.EndsWith(
            "Rule 'By intent' matched too, but no enabled agent is for the intent 'refund': it was passed over.",
            Why(_router.Route(_channel, Facts() with { Intent = new("refund", 0.9) })), StringComparison.Ordinal);
    }

    [Fact]
    public void Route_CapableAndAnAgentChanges_IsSeen()
    {
        _catalog.Replace(_a with { Intents = ["refund"] });
        Capable();
        Assert.Equal(_a.Id, _router.Route(_channel, Facts() with { Intent = new("refund", 0.9) }).Agent);
        _catalog.Replace(_a with { Intents = [] });
        _catalog.Replace(_c with { Intents = ["refund"] });
        Assert.Equal(_c.Id, _router.Route(_channel, Facts() with { Intent = new("refund", 0.9) }).Agent);
    }

    [Fact]
    public void RouteTo_NameOfAPool_AnotherMemberThanTheOneThatHandsOver()
    {
        Publish(Pool(PoolStrategy.RoundRobin, new PoolMember(_a.Id), new PoolMember(_b.Id)));

        Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal(_b.Id, _router.RouteTo(_channel, "SUPPORT", _a.Id).Agent));
        Assert.True(_router.RouteTo(_channel, "nobody").IsNone);
    }

    [Fact]
    public void Next_SomeHaveFailed_TheOthersInTheStrategysOrder()
    {
        var pool = Pool(PoolStrategy.LeastLoaded);
        Publish(pool);
        Busy(_a, 1, 80);
        Busy(_b, 2, 80);
        Busy(_c, 3, 80);
        var group = _router.Route(_channel, Facts()).Group!;
        var effort = new MessageEffort { Since = 0 };
        effort.Pass(_a.Id);
        Assert.Equal(_b.Id, _router.Next(group, effort).Agent!.Id);
        effort.Exhaust(_b.Id);
        Assert.Equal(_c.Id, _router.Next(group, effort).Agent!.Id);
        effort.Pass(_c.Id);
        Assert.Null(_router.Next(group, effort).Agent);
        effort.NextRound();
        Assert.Equal(_a.Id, _router.Next(group, effort).Agent!.Id);
    }

    [Fact]
    public void Explain_Pool_SaysWhoAndMovesNothing()
    {
        Publish(Pool(PoolStrategy.RoundRobin));
        var explainer = new RouteExplainer(_router, _catalog);
        for (var i = 0; i < 3; i++)
        {
            var told = explainer.Explain(_catalog.FindRules(_channel.Tenant.Id), new() { Channel = _channel, Text = "hello" });
            Assert.Equal((_a.Id, "load-balanced"), (told.Agent!.Id, told.Strategy));
            Assert.Equal("Rule 'To support' matched: it takes every message; pool 'support' chose 'support-a' (its turn).", told.Why);
        }

        Assert.Equal(_a.Id, _router.Route(_channel, Facts()).Agent);
    }

    [Fact]
    public void Route_AnyStateOfMembers_NeverOneThatMayNotBeAskedWhileOthersMay()
    {
        var random = new Random(21);
        foreach (var strategy in Enum.GetValues<PoolStrategy>())
        {
            Publish(Pool(strategy));
            for (var i = 0; i < 2_000; i++)
            {
                var closed = new[] { _a, _b, _c }.Where(_ => random.Next(3) == 0).Select(a => a.Id).ToHashSet();
                _gates.Only(closed);
                var last = random.Next(2) == 0 ? Guid.Empty : new[] { _a, _b, _c }[random.Next(3)].Id;
                var decision = _router.Route(_channel, Facts(last: last));
                if (closed.Count < 3) Assert.DoesNotContain(decision.Agent, closed);
                Assert.False(decision.IsNone);
            }
        }
    }

    private PoolModel Pool(PoolStrategy strategy, params PoolMember[] members) => new()
    {
        Id = Guid.NewGuid(), TenantId = _catalog.Tenant.Id, Name = "support", Strategy = strategy, Members = members.Length > 0 ? members : [new(_a.Id), new(_b.Id), new(_c.Id)],
    };

    private void Publish(PoolModel pool)
    {
        _catalog.Pools[pool.Id] = pool;
        _catalog.Rules[_catalog.Tenant.Id] = Set(new RuleModel { Id = Guid.NewGuid(), Name = "To support", Target = new() { Pool = pool.Id } });
    }

    private void Capable() => _catalog.Rules[_catalog.Tenant.Id] = Set(new RuleModel { Id = Guid.NewGuid(), Name = "By intent", Target = new() { Capable = true } });

    private void Busy(AgentModel agent, int open, double latency)
    {
        var counters = _loads.For(agent.Id);
        var begun = counters.Begin();
        _clock.Advance(TimeSpan.FromMilliseconds(latency));
        counters.Took(begun, null);
        counters.Abandon();
        for (var i = 0; i < open; i++) counters.Begin();
    }

    private static string Why(RouteDecision decision) => JsonElement.Parse(decision.Json).GetProperty("why").GetString()!;

    private sealed class Gates : IAgentGates
    {
        private HashSet<Guid> _closed = [];

        public void Close(Guid agent) => _closed.Add(agent);

        public void Only(HashSet<Guid> closed) => _closed = closed;

        public Obstacle? InTheWay(AgentModel agent) => _closed.Contains(agent.Id) ? new("Its circuit is open.", null, Expires: true, MaySkip: true) : null;
    }
}
