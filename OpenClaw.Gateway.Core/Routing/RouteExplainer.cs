using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing.Matching;
using OpenClaw.Gateway.Core.Routing.Pools;

namespace OpenClaw.Gateway.Core.Routing;

/// <summary>Says where a message would go and what each rule says of it; for published rules and for drafts.</summary>
public sealed class RouteExplainer
{
    private readonly Router _router;
    private readonly ICatalog _catalog;

    internal RouteExplainer(Router router, ICatalog catalog) => (_router, _catalog) = (router, catalog);

    /// <summary>Asks a rule set, published or not. Takes up to some milliseconds for thousands of rules.</summary>
    public RouteExplanation Explain(RuleSetModel rules, RouteQuestion question)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(question);
        var facts = new MessageFacts(question, Channels(question));
        var asked = new RouteFacts(default, question.User, question.HasAttachment, question.Last ?? Guid.Empty, Assigned: false, question.IsGroup) { Intent = question.Intent ?? default };
        var (decided, why, explained, choice) = (default(RuleModel), "", new List<RuleExplanation>(rules.Rules.Count), default(TargetChoice));
        var assigned = question.Assigned is { } id && id != Guid.Empty ? question.Assigned : null;
        facts.IsDecided = assigned is not null;
        string? passedOver = null;
        var recognised = question.Intent is { } guess ? Intents.IntentWords.Of(guess) : null;
        foreach (var rule in rules.Rules)
        {
            var obstacle = RuleJudge.Obstacle(rule, facts);
            var matched = obstacle is null;
            var target = matched ? _router.TryTarget(question.Channel, rule.Target, asked, out var leadsTo, commit: false) : Nobody(out leadsTo);
            var decides = matched && target is null && decided is null && assigned is null;
            if (decides) (decided, why, choice, facts.IsDecided) = (rule, Why(RuleJudge.Matched(rule, facts), leadsTo), leadsTo, true);
            if (target is not null && decided is null) passedOver ??= Router.PassedOver(rule, target);
            explained.Add(new(rule.Id, rule.Name, matched, Sentence(rule, facts, obstacle, target, leadsTo, decides ? null : decided, assigned is not null), decides));
        }

        if (assigned is { } agent) return new(null, _catalog.FindAgent(agent), RouteReasons.Assigned.Strategy, RouteReasons.Assigned.Why, explained) { Intent = question.Intent };
        if (decided is not null)
            return new(decided, Agent(choice.Agent), choice.Group is null ? RuleReasons.StrategyOf(decided.Match) : choice.Strategy, Router.Joined(why, Router.Joined(recognised, passedOver))!, explained) { Intent = question.Intent };
        var (fallback, reason) = _router.Fallback(question.Channel, question.Last ?? Guid.Empty);
        return new(null, Agent(fallback), reason.Strategy, Router.Joined(reason.Why, Router.Joined(recognised, passedOver))!, explained) { Intent = question.Intent };
    }

    private static string Sentence(RuleModel rule, MessageFacts facts, string? obstacle, string? target, in TargetChoice choice, RuleModel? before, bool assigned)
    {
        if (obstacle is not null) return $"{char.ToUpperInvariant(obstacle[0])}{obstacle[1..]}.";
        var matched = RuleJudge.Matched(rule, facts);
        if (target is not null) return $"{matched} But {(target.StartsWith("has ", StringComparison.Ordinal) ? "it " : "")}{target}: it is passed over.";
        if (assigned) return $"{matched} But the session is assigned to an agent, so no rule is asked.";
        return before is null ? Why(matched, choice) : $"{matched} But rule '{before.Name}' above it comes first.";
    }

    private static string Why(string matched, in TargetChoice choice) => choice.Group is null ? matched : RuleReasons.Sentence(matched, choice.Words(), null);

    private static string? Nobody(out TargetChoice choice)
    {
        choice = default;
        return null;
    }

    private AgentModel? Agent(Guid? id) => id is { } agent && agent != Guid.Empty ? _catalog.FindAgent(agent) : null;

    private Dictionary<Guid, string> Channels(RouteQuestion question) =>
        _catalog.Channels.Where(c => c.Tenant.Id == question.Channel.Tenant.Id).ToDictionary(c => c.Id, c => c.Name);
}
