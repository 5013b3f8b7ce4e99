using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing;
using OpenClaw.Gateway.Core.Telemetry;
using static OpenClaw.Core.Tests.Routing.RuleSamples;

namespace OpenClaw.Core.Tests.Routing;

public sealed class RouterTests
{
    private readonly FakeCatalog _catalog = new();
    private readonly RuleHits _hits = new();
    private readonly AgentModel _common, _refunds, _last;
    private readonly ChannelModel _channel;
    private readonly Router _router;

    public RouterTests()
    {
        (_refunds, _last) = (_catalog.AddAgent("echo", "Refunds"), _catalog.AddAgent("echo", "Last"));
        _common = _catalog.AddAgent("echo", "Common", isDefault: true);
        _channel = _catalog.AddChannel();
        _router = new(_catalog, new(_hits), TimeProvider.System, NullLogger<Router>.Instance);
    }

    [Fact]
    public void Route_RuleMatches_BeforeLastAgent()
    {
        var rule = Rule("Refunds", _refunds.Id, Any("refund", "money back"));
        Publish(rule);
        var decision = _router.Route(_channel, Facts("I want my MONEY BACK", last: _last.Id));
        Assert.Equal(_refunds.Id, decision.Agent);
        var route = JsonElement.Parse(decision.Json);
        Assert.Equal(rule.Id, route.GetProperty("rule").GetProperty("id").GetGuid());
        Assert.Equal("Refunds", route.GetProperty("rule").GetProperty("name").GetString());
        Assert.Equal(3, route.GetProperty("version").GetInt32());
        Assert.Equal("content", route.GetProperty("strategy").GetString());
        Assert.Equal("Rule 'Refunds' matched: the text contains 'money back'.", route.GetProperty("why").GetString());
        Assert.Equal(1, _hits.Of(rule.Id));
        Assert.NotNull(_hits.LastAt(rule.Id));
    }

    /// <summary>The tester and the road have the same measure of work until a rule decides.</summary>
    [Fact]
    public void Route_ExpressionsThatUseUpTheWork_DecidesAsTheExplainerSays()
    {
        Publish(
            Rule("Costly", _refunds.Id, Expression(@"(\w{1,40}\s?){20}z")), Rule("After it", _last.Id, Expression("^(([a-z])+.)+[A-Z]([a-z])+$")), Rule("Plain", _common.Id, Any("needle")));
        var text = string.Concat(Enumerable.Repeat(new string('a', 60) + " b b baA", 100)) + " zzzneedlezzzneedle";
        var explained = new RouteExplainer(_router, _catalog).Explain(_catalog.FindRules(_channel.Tenant.Id), new() { Channel = _channel, Text = text, User = "ada" });
        Assert.Equal(_router.Route(_channel, Facts(text)).Agent, explained.Agent!.Id);
    }

    [Fact]
    public void Route_SameReasonAgain_SharesTheBytes()
    {
        Publish(Rule("Refunds", _refunds.Id, Any("refund", "money back")));
        Assert.Same(_router.Route(_channel, Facts("refund")).Json, _router.Route(_channel, Facts("a refund")).Json);
        Assert.NotSame(_router.Route(_channel, Facts("refund")).Json, _router.Route(_channel, Facts("money back")).Json);
    }

    [Fact]
    public void Route_Assigned_NoRuleIsAsked()
    {
        Publish(Rule("All", _refunds.Id));
        var decision = _router.Route(_channel, Facts(last: _last.Id, assigned: true));
        Assert.Equal(_last.Id, decision.Agent);
        Assert.Equal("affinity", JsonElement.Parse(decision.Json).GetProperty("strategy").GetString());
    }

    [Fact]
    public void Route_NoRuleMatches_LastThenChannelThenDefaultThenNone()
    {
        Publish(Rule("Refunds", _refunds.Id, Any("refund")));
        Assert.Equal(_last.Id, _router.Route(_channel, Facts(last: _last.Id)).Agent);
        Assert.Equal(_common.Id, _router.Route(_channel, Facts()).Agent);
        var own = _catalog.AddChannel(c => c with { Agent = _refunds.Id });
        Assert.Equal(_refunds.Id, _router.Route(own, Facts()).Agent);
        _catalog.Replace(_common with { Enabled = false });
        Assert.True(_router.Route(_channel, Facts()) is { IsNone: true, IsDrop: false });
    }

    [Fact]
    public void Route_AgentOfRuleDisabledOrGone_PassedOverAndSaid()
    {
        Publish(Rule("Gone", Guid.NewGuid()), Rule("Off", _refunds.Id), Rule("Fits", _last.Id));
        _catalog.Replace(_refunds with { Enabled = false });
        var decision = _router.Route(_channel, Facts());
        Assert.Equal(_last.Id, decision.Agent);
        Assert.Equal("Rule 'Fits' matched: it takes every message. Rule 'Gone' matched too, but has an agent that was deleted: it was passed over.", Why(decision));
        Publish(Rule("Off", _refunds.Id));
        Assert.Equal("The tenant's default agent. Rule 'Off' matched too, but has an agent that is disabled: it was passed over.", Why(_router.Route(_channel, Facts())));
    }

    [Fact]
    public void Route_DropRule_IsDropAndNotNone()
    {
        Publish(Drop("Spam", Any("casino")));
        var decision = _router.Route(_channel, Facts("Casino!"));
        Assert.True(decision is { IsDrop: true, IsNone: false } && decision.Agent == Guid.Empty);
    }

    [Fact]
    public void Route_OnlyWhenUnassigned_NewSessionsOnly()
    {
        Publish(Rule("First", _refunds.Id) with { OnlyWhenUnassigned = true });
        Assert.Equal(_refunds.Id, _router.Route(_channel, Facts()).Agent);
        Assert.Equal(_last.Id, _router.Route(_channel, Facts(last: _last.Id)).Agent);
    }

    [Fact]
    public void Route_NoRules_DoesNotAllocate()
    {
        _router.Route(_channel, Facts());
        var facts = Facts(new string('x', 1_000));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++) _router.Route(_channel, facts);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000);
    }

    [Fact]
    public void Route_ManyRules_DoesNotAllocatePerMessage()
    {
        Publish([.. Enumerable.Range(0, 500).Select(i => Rule($"R{i}", _refunds.Id, Any($"phrase {i}"))), Rule("End", _last.Id, Expression("hel+o"))]);
        var facts = Facts("phrase, phrases, hello");
        for (var i = 0; i < 50; i++) _router.Route(_channel, facts);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++) _router.Route(_channel, facts);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 20_000, $"{(GC.GetAllocatedBytesForCurrentThread() - before) / 1_000} bytes per message");
    }

    [Fact]
    public void Route_HostileExpressions_GivesUpAndSaysSo()
    {
        Publish([.. Enumerable.Range(0, 400).Select(i => Rule($"R{i}", _refunds.Id, Expression($"([ab]*a[ab]{{300}}|(.*a.*b){{30}})[x{i}]")))]);
        var text = new string(new Random(3).GetItems<char>("ab", 65_536));
        _router.Route(_channel, Facts("warm"));
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        var decision = _router.Route(_channel, Facts(text));
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30), $"{System.Diagnostics.Stopwatch.GetElapsedTime(start)}");
        Assert.Equal(_common.Id, decision.Agent);
        Assert.Contains("more work than one message may cost", Why(decision), StringComparison.Ordinal);
    }

    private void Publish(params RuleModel[] rules) => _catalog.Rules[_catalog.Tenant.Id] = Set(rules);

    private static string Why(RouteDecision decision) => JsonElement.Parse(decision.Json).GetProperty("why").GetString()!;
}
