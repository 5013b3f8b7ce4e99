using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Portal.Components.Pages.Routing;

namespace OpenClaw.Portal.Tests.Components.Routing;

public sealed class RuleSummaryTests
{
    private static readonly Guid Any = Guid.Empty;
    private static readonly RuleNames Names = new(_ => "Web chat", kind => kind == "telegram" ? "Telegram" : kind, _ => "Billing", _ => "German");

    public static TheoryData<RuleMatch, string> Matches => new()
    {
        { new(), "Every message" },
        { new() { Channels = [Any], Text = new() { Any = ["refund", "money back"] } }, "Messages on Web chat that contain “refund” or “money back”" },
        { new() { ChannelKinds = ["telegram", "email"], ConversationKinds = ["group"] }, "Messages through Telegram or email in groups" },
        { new() { Users = ["ada"], Language = "de" }, "Messages from “ada” written in German" },
        { new() { Command = "help" }, "Messages that begin with the command /help" },
        { new() { Text = new() { All = ["a", "b"], Keywords = ["vip"] }, HasAttachment = true }, "Messages that contain both “a” and “b” and have the word “vip” and have an attachment" },
        { new() { Text = new() { Regex = @"\d{6}" }, HasAttachment = false }, @"Messages that match the expression \d{6} and have no attachment" },
        { new() { Text = new() { Any = ["1", "2", "3", "4", "5", "6"] } }, "Messages that contain “1”, “2”, “3”, “4” or 2 more" },
        { new() { Text = new() { Any = [new string('x', 39) + "\U0001F600"] } }, $"Messages that contain “{new string('x', 39)}…”" },
    };

    [Theory, MemberData(nameof(Matches))]
    public void Which_OfAMatch_IsASentence(RuleMatch match, string expected) => Assert.Equal(expected, RuleSummary.Which(Rule(match), Names));

    [Fact]
    public void Which_OnlyWhenUnassigned_SaysSo() =>
        Assert.Equal("Every message, as long as no agent has had the conversation", RuleSummary.Which(Rule(new()) with { OnlyWhenUnassigned = true }, Names));

    [Fact]
    public void Where_OfATarget_NamesTheAgentOrNobody() =>
        Assert.Equal(("Billing", "nobody answers", "…"), (RuleSummary.Where(new() { Agent = Any }, Names), RuleSummary.Where(new() { Drop = true }, Names), RuleSummary.Where(new(), Names)));

    [Theory, MemberData(nameof(Matches))]
    public void Form_ThereAndBack_KeepsTheRule(RuleMatch match, string summary)
    {
        var rule = Rule(match) with { Target = new() { Agent = Guid.NewGuid() } };
        var back = RuleForm.Of(RuleForm.Of(rule).ToBody()).ToRule();
        Assert.True(Gateway.Core.Administration.Routing.RuleJson.Same(rule, back), summary);
    }

    private static RuleModel Rule(RuleMatch match) => new() { Id = Any, Name = "Rule", Match = match, Target = new() { Drop = true } };
}
