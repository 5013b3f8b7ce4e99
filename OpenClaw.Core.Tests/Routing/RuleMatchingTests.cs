using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing;
using OpenClaw.Gateway.Core.Routing.Languages;
using OpenClaw.Gateway.Core.Routing.Matching;
using static OpenClaw.Core.Tests.Routing.RuleSamples;

namespace OpenClaw.Core.Tests.Routing;

/// <summary>Compiled rules, the explainer and a plain reading of the contract agree on everything.</summary>
public sealed class RuleMatchingTests
{
    private static readonly string[] Phrases = ["refund", "money", "money back", "a", "ÉTÉ", "ß", "istanbul", "😀", "re", "fund", "/help"];
    private static readonly string[] Expressions = ["ref.nd", "^hello", @"\d{3}", "back$", "(a|b)+c", @"\bmoney\b", "nothing at all"];
    private static readonly string[] Words = ["refund", "Refunds", "MONEY", "back", "hello", "123", "été", "Straße", "İstanbul", "😀", "abc", "the order is not here and I want", "ich möchte mein Geld und das ist nicht gut", "/help", "/HELP@bot", "re\u200Bfund", "\u202Efund"];

    private static readonly Dictionary<string, Regex> Net =
        Expressions.ToDictionary(e => e, e => new Regex(e, RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(30)));

    private readonly FakeCatalog _catalog = new();
    private readonly AgentModel _agent, _off;
    private readonly ChannelModel[] _channels;

    public RuleMatchingTests()
    {
        _agent = _catalog.AddAgent("echo", "Agent");
        _off = _catalog.AddAgent("echo", "Off");
        _catalog.Replace(_off = _off with { Enabled = false });
        _channels = [_catalog.AddChannel(), _catalog.AddChannel(c => c with { Kind = "email", Name = "Mail" }), _catalog.AddChannel(c => c with { Kind = "telegram", Name = "Telegram" })];
    }

    [Fact]
    public void Subject_OfAMail_IsLookedAtLikeText_AndIsNoCommand()
    {
        var mail = Facts("please look") with { Subject = "Invoice 4711" };
        Assert.Single(Matches(Set(Rule("R", _agent.Id, Any("invoice"))), _channels[0], mail));
        Assert.Single(Matches(Set(Rule("R", _agent.Id, Expression("^invoice [0-9]+\nplease"))), _channels[0], mail));
        Assert.Single(Matches(Set(Rule("R", _agent.Id, Keywords("look"))), _channels[0], mail));
        Assert.Empty(Matches(Set(Rule("R", _agent.Id, new() { Command = "help" })), _channels[0], Facts("x") with { Subject = "/help" }));
    }

    [Fact]
    public void Route_RandomRulesAndMessages_AllThreeReadingsAgree()
    {
        var chance = new Random(2026);
        var (decided, matched) = (0, 0);
        for (var round = 0; round < 300; round++)
        {
            var set = Set([.. Enumerable.Range(0, chance.Next(1, 15)).Select(i => RandomRule(chance, i))]);
            _catalog.Rules[_catalog.Tenant.Id] = set;
            var router = new Router(_catalog, new(new()), TimeProvider.System, NullLogger<Router>.Instance);
            var explainer = new RouteExplainer(router, _catalog);
            for (var i = 0; i < 12; i++)
            {
                var question = RandomQuestion(chance);
                var facts = Facts(question.Text, question.User, question.HasAttachment, question.Last ?? Guid.Empty);
                var naive = set.Rules.Where(r => Naive(r, question)).ToList();
                var explanation = explainer.Explain(set, question);
                Assert.Equal(naive.Select(r => r.Name), Matches(set, question.Channel, facts).Select(r => r.Name));
                Assert.Equal(naive.Select(r => r.Id), explanation.Rules.Where(r => r.Matched).Select(r => r.Rule));
                var first = naive.Find(r => r.Target.Drop || r.Target.Agent == _agent.Id);
                Assert.Equal(first, explanation.Rule);
                var decision = router.Route(question.Channel, facts);
                var route = System.Text.Json.JsonElement.Parse(decision.Json);
                Assert.Equal(explanation.Why, route.GetProperty("why").GetString());
                Assert.Equal(explanation.Strategy, route.GetProperty("strategy").GetString());
                Assert.Equal(explanation.Agent?.Id ?? Guid.Empty, decision.Agent);
                Assert.Equal(explanation.IsDrop, decision.IsDrop);
                matched += naive.Count;
                if (first is not null) decided++;
            }
        }

        Assert.True(decided > 500 && matched > 1_000, $"{decided} decided, {matched} matched: the samples are too thin");
    }

    [Theory]
    [InlineData("/help", true)]
    [InlineData("  /HELP me please", true)]
    [InlineData("/help@my_bot now", true)]
    [InlineData("/helpme", false)]
    [InlineData("help", false)]
    [InlineData("please /help", false)]
    [InlineData("/", false)]
    public void Command_FirstWord_Matches(string text, bool matches) =>
        Assert.Equal(matches, Matches(Set(Rule("H", _agent.Id, new() { Command = "Help" })), _channels[0], Facts(text)).Count == 1);

    [Fact]
    public void Explain_Conditions_SaidInWords()
    {
        var router = new Router(_catalog, new(new()), TimeProvider.System, NullLogger<Router>.Instance);
        var set = Set(
            Rule("Mail", _agent.Id, new() { Channels = [_channels[1].Id] }),
            Rule("Words", _agent.Id, Any("refund", "money back")),
            Rule("Off", _agent.Id) with { Enabled = false },
            Rule("Disabled agent", _off.Id, Any("hello")),
            Rule("Fits", _agent.Id, Keywords("hello")),
            Rule("Late", _agent.Id));
        var explanation = new RouteExplainer(router, _catalog).Explain(set, new() { Channel = _channels[0], Text = "Hello!" });
        Assert.Equal(
        [
            "The channel is 'Web chat', not 'Mail'.",
            "The text contains none of: 'refund' or 'money back'.",
            "The rule is disabled.",
            "Rule 'Disabled agent' matched: the text contains 'hello'. But it has an agent that is disabled: it is passed over.",
            "Rule 'Fits' matched: the text has the word 'hello'.",
            "Rule 'Late' matched: it takes every message. But rule 'Fits' above it comes first.",
        ], explanation.Rules.Select(r => r.Why));
        Assert.Equal([false, false, false, true, true, true], explanation.Rules.Select(r => r.Matched));
        Assert.Equal("Fits", Assert.Single(explanation.Rules, r => r.Decides).Name);
    }

    [Fact]
    public void Explain_HostileExpressions_EndsSoonAndSaysSo()
    {
        var router = new Router(_catalog, new(new()), TimeProvider.System, NullLogger<Router>.Instance);
        var set = Set([.. Enumerable.Range(0, 300).Select(i => Rule($"R{i}", _agent.Id, Expression($"([ab]*a[ab]{{300}}|(.*a.*b){{30}})[x{i}]")))]);
        var text = new string(new Random(3).GetItems<char>("ab", 65_536));
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        var explanation = new RouteExplainer(router, _catalog).Explain(set, new() { Channel = _channels[0], Text = text });
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(60), $"{System.Diagnostics.Stopwatch.GetElapsedTime(start)}");
        Assert.Equal("The expressions up to this one need more work than one message may cost.", explanation.Rules[^1].Why);
    }

    private static bool Naive(RuleModel rule, RouteQuestion q)
    {
        var (match, text) = (rule.Match, rule.Match.Text);
        return rule.Enabled
            && (!rule.OnlyWhenUnassigned || q.Last is null)
            && match.Channels?.Contains(q.Channel.Id) != false
            && match.ChannelKinds?.Contains(q.Channel.Kind) != false
            && match.ConversationKinds?.Contains(q.Channel.Kind switch { "websocket" => "socket", "email" => "mail", _ => "private" }) != false
            && (match.Users is null || (q.User is not null && match.Users.Contains(q.User)))
            && (match.HasAttachment is null || match.HasAttachment == q.HasAttachment)
            && (match.Command is null || Regex.IsMatch(q.Text, $@"^\s*/{Regex.Escape(match.Command)}(?:[\s@]|$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(30)))
            && (text?.Any is null || text.Any.Any(p => q.Text.Contains(p, StringComparison.OrdinalIgnoreCase)))
            && (text?.All is null || text.All.All(p => q.Text.Contains(p, StringComparison.OrdinalIgnoreCase)))
            && (text?.Keywords is null || text.Keywords.Any(p => RuleJudge.HoldsWord(q.Text, p)))
            && (match.Language is null || match.Language == LanguageDetector.Detect(q.Text))
            && (text?.Regex is null || Net[text.Regex].IsMatch(q.Text));
    }

    private RuleModel RandomRule(Random chance, int number)
    {
        var text = new TextMatch
        {
            Any = Maybe(chance, 4, () => Some(chance, Phrases)),
            All = Maybe(chance, 6, () => Some(chance, Phrases)),
            Keywords = Maybe(chance, 6, () => Some(chance, Phrases)),
            Regex = Maybe(chance, 5, () => Expressions[chance.Next(Expressions.Length)]),
        };
        var match = new RuleMatch
        {
            Channels = Maybe(chance, 5, () => (IReadOnlyList<Guid>)[.. chance.GetItems(_channels, 2).Select(c => c.Id).Distinct()]),
            ChannelKinds = Maybe(chance, 6, () => Some(chance, ["websocket", "email", "telegram"])),
            ConversationKinds = Maybe(chance, 6, () => Some(chance, ["socket", "mail", "private", "group"])),
            Users = Maybe(chance, 5, () => Some(chance, ["ada", "bob", "Ada"])),
            Command = Maybe(chance, 8, () => "help"),
            Language = Maybe(chance, 8, () => chance.Next(2) == 0 ? "en" : "de"),
            HasAttachment = chance.Next(8) == 0 ? chance.Next(2) == 0 : null,
            Text = text is { Any: null, All: null, Keywords: null, Regex: null } ? null : text,
        };
        return Rule($"R{number}", chance.Next(6) == 0 ? _off.Id : _agent.Id, match) with
        {
            Enabled = chance.Next(10) > 0, OnlyWhenUnassigned = chance.Next(6) == 0,
            Target = chance.Next(8) == 0 ? new() { Drop = true } : new() { Agent = chance.Next(6) == 0 ? _off.Id : _agent.Id },
        };
    }

    private RouteQuestion RandomQuestion(Random chance) => new()
    {
        Channel = _channels[chance.Next(3)],
        Text = string.Join(' ', chance.GetItems(Words, chance.Next(5))),
        User = chance.Next(4) == 0 ? null : chance.GetItems(["ada", "bob", "Ada", "eve"], 1)[0],
        HasAttachment = chance.Next(3) == 0,
        Last = chance.Next(3) == 0 ? _agent.Id : null,
    };

    private static T? Maybe<T>(Random chance, int oneIn, Func<T> make)
        where T : class => chance.Next(oneIn) == 0 ? make() : null;

    private static IReadOnlyList<string> Some(Random chance, string[] from) => [.. chance.GetItems(from, chance.Next(1, 4)).Distinct()];
}
