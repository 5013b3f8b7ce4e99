using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing;
using OpenClaw.Gateway.Core.Routing.Checks;
using OpenClaw.Gateway.Core.Telemetry;
using static OpenClaw.Core.Tests.Routing.RuleSamples;

namespace OpenClaw.Core.Tests.Routing.Intents;

/// <summary>Rules that ask for an intent: on the road, for people, and before they are saved.</summary>
public sealed class IntentRoutingTests
{
    private readonly FakeCatalog _catalog = new();
    private readonly AgentModel _refunds, _common;
    private readonly ChannelModel _channel;
    private readonly Router _router;

    public IntentRoutingTests()
    {
        _refunds = _catalog.AddAgent("echo", "Refunds");
        _common = _catalog.AddAgent("echo", "Common", isDefault: true);
        _channel = _catalog.AddChannel();
        _router = new(_catalog, new(new()), TimeProvider.System, NullLogger<Router>.Instance);
    }

    [Fact]
    public void Route_RecognisedIntent_DecidesAndSaysTheScore()
    {
        Publish(Rule("Refunds", _refunds.Id, new() { Intent = "Refund" }));
        var decision = _router.Route(_channel, Facts("x") with { Intent = new("refund", 0.834) });
        Assert.Equal(_refunds.Id, decision.Agent);
        Assert.Equal("content", JsonElement.Parse(decision.Json).GetProperty("strategy").GetString());
        Assert.Equal("Rule 'Refunds' matched: the intent is 'Refund'. Recognised intent 'refund' with 0.83.", Why(decision));
    }

    [Theory]
    [InlineData("other", 0.9, "Recognised intent 'other' with 0.90.")]
    [InlineData(null, 0.31, "Recognised none of the intents (the best scored 0.31).")]
    [InlineData(null, 0, "Recognised none of the intents.")]
    public void Route_AnotherIntentOrNone_GoesOn(string? name, double score, string said)
    {
        Publish(Rule("Refunds", _refunds.Id, new() { Intent = "refund" }));
        var decision = _router.Route(_channel, Facts("x") with { Intent = new(name, score) });
        Assert.Equal(_common.Id, decision.Agent);
        Assert.Equal($"The tenant's default agent. {said}", Why(decision));
    }

    [Fact]
    public void Route_IntentAndText_MustBothHold()
    {
        Publish(Rule("Both", _refunds.Id, new() { Intent = "refund", Text = new() { Any = ["order"] } }));
        Assert.Equal(_refunds.Id, _router.Route(_channel, Facts("my order") with { Intent = new("refund", 0.8) }).Agent);
        Assert.Equal(_common.Id, _router.Route(_channel, Facts("my order") with { Intent = new("return", 0.8) }).Agent);
        Assert.Equal(_common.Id, _router.Route(_channel, Facts("my parcel") with { Intent = new("refund", 0.8) }).Agent);
    }

    [Fact]
    public void Route_ServerWasAway_SaysSo()
    {
        Publish(Rule("Refunds", _refunds.Id, new() { Intent = "refund" }));
        var decision = _router.Route(_channel, Facts("x") with { Intent = new("refund", 0.5) { Note = "The embeddings server was not used." } });
        Assert.EndsWith("Recognised intent 'refund' with 0.50. The embeddings server was not used.", Why(decision), StringComparison.Ordinal);
    }

    [Fact]
    public void NeedsIntent_OnlyWhereAnEnabledRuleLooksAtIt()
    {
        Publish(Rule("Plain", _refunds.Id, Any("x")), Rule("Off", _refunds.Id, new() { Intent = "refund" }) with { Enabled = false });
        Assert.False(_router.NeedsIntent(_catalog.Tenant.Id));
        Publish(Rule("On", _refunds.Id, new() { Intent = "refund" }));
        Assert.True(_router.NeedsIntent(_catalog.Tenant.Id));
    }

    [Theory]
    [InlineData("refund", 0.83, true)]
    [InlineData("return", 0.7, false)]
    [InlineData(null, 0.2, false)]
    public void Explain_SaysTheSameAsTheRoad(string? name, double score, bool matches)
    {
        Publish(Rule("Refunds", _refunds.Id, new() { Intent = "refund" }));
        IntentGuess guess = new(name, score);
        var said = new RouteExplainer(_router, _catalog).Explain(_catalog.FindRules(_catalog.Tenant.Id), new() { Channel = _channel, Text = "x", User = "ada", Intent = guess });
        var decision = _router.Route(_channel, Facts("x") with { Intent = guess });
        Assert.Equal((decision.Agent, Why(decision)), (said.Agent!.Id, said.Why));
        Assert.Equal(matches, said.Rules[0].Matched);
        Assert.Equal(guess, said.Intent);
        if (name == "return") Assert.Equal("The intent is 'return' (score 0.70), not 'refund'.", said.Rules[0].Why);
        if (name is null) Assert.Equal("None of the intents was recognised (the best scored 0.20), and the rule asks for 'refund'.", said.Rules[0].Why);
    }

    [Fact]
    public void Warnings_IntentThatIsGoneOrHasNoExamples_AreTold()
    {
        var (gone, empty, fine) = (Rule("Gone", _refunds.Id, new() { Intent = "gone" }), Rule("Empty", _refunds.Id, new() { Intent = "empty" }), Rule("Fine", _refunds.Id, new() { Intent = "fine" }));
        _catalog.Intents = new() { Intents = [new(Guid.NewGuid(), "empty", []), new(Guid.NewGuid(), "Fine", ["well"])] };
        var warnings = RuleCheck.Warnings(Set(gone, empty, fine), _catalog, _catalog.Tenant.Id);
        Assert.Equal([(gone.Id, "Its intent 'gone' does not exist any more."), (empty.Id, "Its intent 'empty' has no examples, so it cannot be recognised.")], warnings.Select(w => (w.Rule, w.Message)));
    }

    private void Publish(params RuleModel[] rules) => _catalog.Rules[_catalog.Tenant.Id] = Set(rules);

    private static string Why(RouteDecision decision) => JsonElement.Parse(decision.Json).GetProperty("why").GetString()!;
}
