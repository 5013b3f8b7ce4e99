using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing.Intents;
using OpenClaw.Gateway.Core.Routing.Matching;

namespace OpenClaw.Gateway.Core.Routing.Checks;

/// <summary>Finds rules that can never decide.</summary>
internal static class RuleWarnings
{
    public static IReadOnlyList<RuleWarning> Of(IReadOnlyList<RuleModel> rules, ICatalog catalog, Guid tenant)
    {
        var warnings = new List<RuleWarning>();
        var before = new List<RuleModel>(rules.Count);
        foreach (var rule in rules)
        {
            if (!rule.Enabled) continue;
            var why = Alone(rule, catalog, tenant) ?? Behind(rule, before, KindOf);
            if (why is null) before.Add(rule); // what a rule that never decides would take is taken by another one
            else warnings.Add(new(rule.Id, why));
        }

        return warnings;

        string? KindOf(Guid channel) => catalog.FindChannel(channel)?.Kind;
    }

    /// <summary>What keeps the rule from deciding whatever else there is.</summary>
    private static string? Alone(RuleModel rule, ICatalog catalog, Guid tenant)
    {
        if (rule.Match.Intent is { } intent && Intent(intent, catalog.FindIntents(tenant)) is { } missing) return missing;
        if (rule.Target.Agent is { } agent)
        {
            if (catalog.FindAgent(agent) is not { } model || model.Tenant.Id != tenant) return "Its agent does not exist any more.";
            if (!model.Enabled) return $"Its agent {RuleWords.Quote(model.Name)} is disabled.";
        }
        else if (rule.Target.Pool is { } pool)
        {
            if (catalog.FindPool(pool) is not { } model || model.TenantId != tenant) return "Its pool does not exist any more.";
            if (!model.Members.Any(m => catalog.FindAgent(m.Agent) is { Enabled: true } agent && agent.Tenant.Id == tenant)) return $"Its pool {RuleWords.Quote(model.Name)} has no agent that is enabled.";
        }
        else if (rule.Target.Capable)
        {
            if (!catalog.Agents.Any(a => a.Tenant.Id == tenant && a is { Enabled: true } && (a.Intents.Count > 0 || a.Kind == "socket"))) return "No enabled agent has intents, so none could be chosen by them.";
        }

        return Kinds(rule.Match) ?? Channels(rule.Match, catalog, tenant);
    }

    private static string? Intent(string name, IntentSetModel set)
    {
        if (set.Intents.FirstOrDefault(i => IntentNames.Same(i.Name, name)) is not { } intent) return $"Its intent {RuleWords.Quote(name)} does not exist any more.";
        return intent.Examples.Count == 0 ? $"Its intent {RuleWords.Quote(name)} has no examples, so it cannot be recognised." : null;
    }

    private static string? Kinds(RuleMatch match) =>
        match is { ChannelKinds: { } kinds, ConversationKinds: { } conversations } && !kinds.Any(k => ConversationKinds.Of(k).Any(conversations.Contains))
            ? $"Channels of kind {RuleWords.List(kinds)} have no conversations of kind {RuleWords.List(conversations)}."
            : null;

    private static string? Channels(RuleMatch match, ICatalog catalog, Guid tenant)
    {
        if (match.Channels is not { } ids) return null;
        var channels = ids.Select(catalog.FindChannel).Where(c => c?.Tenant.Id == tenant).Select(c => c!).ToList();
        if (channels.Count == 0) return ids.Count == 1 ? "Its channel does not exist any more." : "None of its channels exists any more.";
        if (match.ChannelKinds is { } kinds && !channels.Exists(c => kinds.Contains(c.Kind)))
            return $"None of its channels is of kind {RuleWords.List(kinds)}.";
        if (match.ConversationKinds is { } conversations && !channels.Exists(c => ConversationKinds.Of(c.Kind).Any(conversations.Contains)))
            return $"None of its channels has conversations of kind {RuleWords.List(conversations)}.";
        return null;
    }

    private static string? Behind(RuleModel rule, List<RuleModel> before, Func<Guid, string?> kindOf)
    {
        foreach (var above in before)
        {
            if (!RuleCoverage.Covers(above, rule, kindOf)) continue;
            return RuleCoverage.Covers(rule, above, kindOf)
                ? $"Rule {RuleWords.Quote(above.Name)} above it has the same conditions."
                : $"Rule {RuleWords.Quote(above.Name)} above it takes everything that this one would.";
        }

        return null;
    }
}
