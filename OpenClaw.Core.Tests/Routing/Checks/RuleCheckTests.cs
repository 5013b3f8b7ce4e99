using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing.Checks;
using static OpenClaw.Core.Tests.Routing.RuleSamples;

namespace OpenClaw.Core.Tests.Routing.Checks;

public sealed class RuleCheckTests
{
    private readonly FakeCatalog _catalog = new();
    private readonly AgentModel _agent;
    private readonly ChannelModel _chat, _mail;

    public RuleCheckTests()
    {
        _agent = _catalog.AddAgent("echo", "Agent");
        (_chat, _mail) = (_catalog.AddChannel(), _catalog.AddChannel(c => c with { Kind = "email", Name = "Mail" }));
    }

    public static TheoryData<RuleMatch, string, string> Wrong => new()
    {
        { new() { Channels = [] }, "match.channels", "empty list" },
        { new() { ChannelKinds = ["fax"] }, "match.channelKinds", "'fax' is not a kind of channel. Allowed: websocket" },
        { new() { ConversationKinds = ["party"] }, "match.conversationKinds", "Allowed: private, group, mail, socket." },
        { new() { Users = ["ada", "ada"] }, "match.users", "twice" },
        { new() { Users = [new('u', 201)] }, "match.users", "at most 200" },
        { new() { Command = "/help" }, "match.command", "without its slash" },
        { new() { Command = "help me" }, "match.command", "one word" },
        { new() { Command = "" }, "match.command", "1 to 64" },
        { new() { Language = "xx" }, "match.language", "'xx' is not a language" },
        { new() { Intent = " " }, "match.intent", "1 to 80" },
        { new() { Text = new() }, "match.text", "at least one" },
        { Any(" "), "match.text.any", "Item 1: a text cannot be empty." },
        { Any("ok", new('x', 201)), "match.text.any", "Item 2: a text has at most 200" },
        { Any([.. Enumerable.Range(0, 201).Select(i => $"t{i}")]), "match.text.any", "There are 201 items; 200 are allowed." },
        { Any("\ud83d"), "match.text.any", "lone surrogate" },
        { Keywords(" refund"), "match.text.keywords", "begin or end with a space" },
        { Expression(""), "match.text.regex", "would match everything" },
        { Expression(new('a', 513)), "match.text.regex", "512" },
        { Expression("(?=a)"), "match.text.regex", "Look-ahead" },
        { Expression("((a{1,100}){1,100}){1,100}"), "match.text.regex", "too large" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Faults_WrongMatch_NamesFieldAndSaysWhy(RuleMatch match, string field, string message)
    {
        var fault = Assert.Single(RuleCheck.Faults(match));
        Assert.Equal(field, fault.Field);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_GoodMatch_None() => Assert.Empty(RuleCheck.Faults(new()
    {
        Channels = [_chat.Id], ChannelKinds = ["websocket"], ConversationKinds = ["socket"], Users = ["ada"], Command = "help", Language = "de", HasAttachment = true,
        Text = new() { Any = [" no "], All = ["<b>", "\u202E"], Keywords = ["money back"], Regex = @"\d{3,}" },
    }));

    [Fact]
    public void Faults_Target_ExactlyOneThatExists()
    {
        Assert.Empty(Target(new() { Agent = _agent.Id }));
        Assert.Empty(Target(new() { Drop = true }));
        Assert.Equal("target", Assert.Single(Target(new())).Field);
        Assert.Equal("target", Assert.Single(Target(new() { Agent = _agent.Id, Drop = true })).Field);
        Assert.Equal("target.agent", Assert.Single(Target(new() { Agent = Guid.NewGuid() })).Field);
        Assert.Equal("target.agent", Assert.Single(RuleCheck.Faults(new RuleTarget { Agent = _agent.Id }, _catalog, Guid.NewGuid())).Field);

        IReadOnlyList<RuleFault> Target(RuleTarget target) => RuleCheck.Faults(target, _catalog, _catalog.Tenant.Id);
    }

    [Fact]
    public void ListFault_TooMuch_SaysHowMuch()
    {
        Assert.Null(RuleCheck.ListFault([.. Enumerable.Range(0, 10_000).Select(i => Rule($"R{i}", _agent.Id, Any("x")))]));
        Assert.Equal("There are 10,001 rules; 10,000 are allowed.", RuleCheck.ListFault([.. Enumerable.Range(0, 10_001).Select(i => Rule($"R{i}", _agent.Id))]));
        Assert.Contains("1,001 rules with a regular expression", RuleCheck.ListFault([.. Enumerable.Range(0, 1_001).Select(i => Rule($"R{i}", _agent.Id, Expression("a")))]), StringComparison.Ordinal);
        var large = Any([.. Enumerable.Range(0, 200).Select(i => new string('x', 200))]);
        Assert.Contains("520,000 characters; 500,000 are allowed", RuleCheck.ListFault([.. Enumerable.Range(0, 13).Select(i => Rule($"R{i}", _agent.Id, large))]), StringComparison.Ordinal);
    }

    [Fact]
    public void Warnings_RuleBehindAWiderOne_SaysWhich()
    {
        Assert.Equal("Rule 'All' above it takes everything that this one would.", Second(new(), Any("refund")));
        Assert.Equal("Rule 'All' above it has the same conditions.", Second(Any("Refund"), Any("refund")));
        Assert.NotNull(Second(Any("fund", "back"), Any("refund", "money back")));
        Assert.NotNull(Second(Any("fund"), Keywords("refund")));
        Assert.NotNull(Second(Keywords("money"), Keywords("money back")));
        Assert.NotNull(Second(new() { Users = ["a", "b"] }, new() { Users = ["a"], Language = "de" }));
        Assert.NotNull(Second(new() { ChannelKinds = ["email"] }, new() { Channels = [_mail.Id] }));
        Assert.NotNull(Second(new() { ConversationKinds = ["mail"] }, new() { ChannelKinds = ["email"] }));
        Assert.NotNull(Second(Expression("a+"), new() { Text = new() { Regex = "a+", Any = ["x"] } }));
        Assert.NotNull(Second(new() { Text = new() { All = ["a"] } }, new() { Text = new() { All = ["b", "ca"] } }));
    }

    [Fact]
    public void Warnings_RuleBehindAnotherThatLeavesSome_None()
    {
        Assert.Null(Second(Any("refund"), Any("refund", "money back")));
        Assert.Null(Second(Keywords("refund"), Any("refund")));
        Assert.Null(Second(Any("refund"), new()));
        Assert.Null(Second(new() { Channels = [_mail.Id] }, new() { ChannelKinds = ["email"] }));
        Assert.Null(Second(new() { HasAttachment = true }, new() { HasAttachment = false }));
        Assert.Null(Second(Expression("a+"), Expression("aa+")));
        Assert.Empty(Warnings(Rule("New", _agent.Id) with { OnlyWhenUnassigned = true }, Rule("Old", _agent.Id)));
        Assert.Empty(Warnings(Rule("Off", _agent.Id) with { Enabled = false }, Rule("On", _agent.Id)));
    }

    [Fact]
    public void Warnings_ImpossibleByItself_SaysWhy()
    {
        Assert.Equal("Its channel does not exist any more.", Alone(new() { Channels = [Guid.NewGuid()] }));
        Assert.Equal("None of its channels is of kind 'email'.", Alone(new() { Channels = [_chat.Id], ChannelKinds = ["email"] }));
        Assert.Equal("None of its channels has conversations of kind 'mail'.", Alone(new() { Channels = [_chat.Id], ConversationKinds = ["mail"] }));
        Assert.Equal("Channels of kind 'websocket' have no conversations of kind 'group'.", Alone(new() { ChannelKinds = ["websocket"], ConversationKinds = ["group"] }));
        Assert.Equal("Its agent does not exist any more.", Assert.Single(Warnings(Rule("Gone", Guid.NewGuid()))).Message);
        _catalog.Replace(_agent with { Enabled = false });
        Assert.Equal("Its agent 'Agent' is disabled.", Alone(new()));
        Assert.Single(Warnings(Rule("All", _agent.Id), Drop("Rest"))); // a rule that is passed over hides nothing
    }

    [Fact]
    public void Warnings_ThousandsOfRules_Quick()
    {
        var rules = Enumerable.Range(0, 2_000).Select(i => Rule($"R{i}", _agent.Id, Any($"phrase {i} x"))).ToArray();
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        Assert.Empty(Warnings(rules));
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30));
    }

    private string? Alone(RuleMatch match) => Warnings(Rule("R", _agent.Id, match)).SingleOrDefault()?.Message;

    private string? Second(RuleMatch above, RuleMatch below) => Warnings(Rule("All", _agent.Id, above), Rule("Below", _agent.Id, below)).SingleOrDefault()?.Message;

    private IReadOnlyList<RuleWarning> Warnings(params RuleModel[] rules) => RuleCheck.Warnings(Set(rules), _catalog, _catalog.Tenant.Id);
}
