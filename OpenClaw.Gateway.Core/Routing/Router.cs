using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing.Intents;
using OpenClaw.Gateway.Core.Routing.Matching;
using OpenClaw.Gateway.Core.Routing.Pools;

namespace OpenClaw.Gateway.Core.Routing;

/// <summary>
/// Chooses the agent in the contract's order of precedence: an assignment, the first matching rule, the agent that the session had
/// last, the channel's agent, the tenant's default agent.
/// </summary>
internal sealed partial class Router(ICatalog catalog, RuleSets ruleSets, TimeProvider time, ILogger<Router> log, AgentGroups? groups = null)
{
    private readonly AgentGroups _groups = groups ?? new(catalog, new(time));

    /// <summary>Whether the tenant's published rules look at what messages want.</summary>
    public bool NeedsIntent(Guid tenant) => catalog.FindRules(tenant) is { Rules.Count: > 0 } rules && ruleSets.Get(tenant, rules).NeedsIntent;

    /// <param name="channel">Where the message came in.</param>
    /// <param name="facts">The message, and whom its session had.</param>
    public RouteDecision Route(ChannelModel channel, in RouteFacts facts)
    {
        var rules = catalog.FindRules(channel.Tenant.Id);
        if (rules.Rules.Count == 0) return WithoutRule(channel, facts, RouteReasons.WithoutRules, null);
        var compiled = ruleSets.Get(channel.Tenant.Id, rules);
        if (facts is { Assigned: true } && facts.Last != Guid.Empty) return new(facts.Last, compiled.Reasons.Json(RouteReasons.Assigned));
        using var scan = new RuleScan(compiled, channel, facts);
        string? passedOver = null;
        var recognised = compiled.NeedsIntent ? IntentWords.Of(facts.Intent) : null;
        while (scan.Next() is { } rule)
        {
            if (TryTarget(channel, rule.Model.Target, facts, out var target) is { } obstacle)
            {
                passedOver ??= PassedOver(rule.Model, obstacle);
                continue;
            }

            rule.Counter.Hit(Micros.Now(time));
            if (scan.IsCutShort) LogCutShort(channel.Tenant.Id, channel.Id, rules.Version);
            var (any, keyword) = scan.Found(rule);
            var addition = Joined(recognised, passedOver);
            if (target.Group is not null) return Of(rule, target, any, keyword, addition);
            var json = addition is null ? rule.Reasons.Json(any, keyword) : rule.Reasons.Json(any, keyword, addition);
            return new(target.Agent, json) { IsDrop = rule.Model.Target.Drop, Fallback = rule.Model.Target.Fallback };
        }

        if (scan.IsCutShort) LogCutShort(channel.Tenant.Id, channel.Id, rules.Version);
        return WithoutRule(channel, facts, compiled.Reasons, Joined(recognised, passedOver ?? (scan.IsCutShort ? CutShort : null)));
    }

    /// <summary>The agent that a handoff names, or one of the pool that it names; none when the tenant has no such agent, or it is disabled.</summary>
    /// <param name="channel">Where the message came in.</param>
    /// <param name="name">The name of an agent or of a pool.</param>
    /// <param name="from">Who hands over: another one of its pool is asked, if there is one.</param>
    public RouteDecision RouteTo(ChannelModel channel, string name, Guid from = default)
    {
        if (catalog.FindAgent(channel.Tenant.Id, name) is { Enabled: true } agent) return new(agent.Id, RouteReasons.WithoutRules.Json(RouteReasons.Handoff));
        if (_groups.Pool(channel.Tenant.Id, name) is not { } group) return new(Guid.Empty, RouteReasons.WithoutRules.Json(RouteReasons.None));
        var choice = _groups.Choose(group, but: from);
        if (choice.Agent is null) choice = _groups.Choose(group);
        if (choice.Agent is not { } member) return new(Guid.Empty, RouteReasons.WithoutRules.Json(RouteReasons.None));
        var target = new TargetChoice { Agent = member.Id, Group = group, Choice = choice };
        return new(member.Id, RouteReasons.Json(RouteStrategies.LoadBalanced, RuleReasons.Sentence(RouteReasons.Handoff.Why, target.Words(), null))) { Group = group };
    }

    /// <summary>Who of a group is asked when those that were before cannot be, or have failed; see <see cref="GroupChoice"/>.</summary>
    public GroupChoice Next(AgentGroup group, MessageEffort? effort, bool commit = true) => _groups.Choose(group, effort, commit);

    /// <summary>The agent that a person chose for a replay; none when the tenant has no such agent, or it is disabled.</summary>
    public RouteDecision RouteTo(ChannelModel channel, Guid agent) =>
        new(IsUsable(channel, agent) ? agent : Guid.Empty, RouteReasons.WithoutRules.Json(IsUsable(channel, agent) ? RouteReasons.Replay : RouteReasons.None));

    /// <summary>Who answers as the program that sent the message chose; none when that agent, or all of that pool, cannot be chosen any more.</summary>
    /// <param name="channel">Where the message came in.</param>
    /// <param name="choice">What the program chose.</param>
    /// <param name="last">The agent that the session had last: it stays with it, where that is one of the pool.</param>
    public RouteDecision RouteTo(ChannelModel channel, MessageChoice choice, Guid last = default)
    {
        if (TryTarget(channel, new() { Agent = choice.Agent, Pool = choice.Pool }, new(default, null, false, last, false), out var target) is not null) return new(Guid.Empty, RouteReasons.WithoutRules.Json(RouteReasons.None));
        return target.Group is null
            ? new(target.Agent, RouteReasons.WithoutRules.Json(RouteReasons.Program))
            : new(target.Agent, RouteReasons.Json(target.Strategy, RuleReasons.Sentence(RouteReasons.ProgramPool.Why, target.Words(), null))) { Group = target.Group };
    }

    /// <summary>The agent, and why, where no rule decides.</summary>
    internal (Guid Agent, RouteReason Reason) Fallback(ChannelModel channel, Guid last)
    {
        if (IsUsable(channel, last)) return (last, RouteReasons.Last);
        if (channel.Agent is { } own && IsUsable(channel, own)) return (own, RouteReasons.Channel);
        if (channel.Tenant.Settings.DefaultAgent is { } common && IsUsable(channel, common)) return (common, RouteReasons.Default);
        return (Guid.Empty, RouteReasons.None);
    }

    /// <summary>Who a target leads to for a session that had nobody (nobody for a drop), or what is in the way. Nothing is counted.</summary>
    internal string? TryTarget(ChannelModel channel, RuleTarget target, out Guid agent)
    {
        var obstacle = TryTarget(channel, target, default, out var choice, commit: false);
        agent = choice.Agent;
        return obstacle;
    }

    /// <summary>Who a target leads to (nobody for a drop), or what is in the way.</summary>
    /// <param name="channel">Where the message came in.</param>
    /// <param name="target">The target.</param>
    /// <param name="facts">The message: whom its session had, and what it wants.</param>
    /// <param name="choice">Who it is.</param>
    /// <param name="commit">False: it is only to be said who it would be.</param>
    internal string? TryTarget(ChannelModel channel, RuleTarget target, in RouteFacts facts, out TargetChoice choice, bool commit = true)
    {
        choice = default;
        if (target.Drop) return null;
        if (target.Agent is null) return TryGroup(channel, target, facts, out choice, commit);
        var agent = target.Agent.GetValueOrDefault();
        if (IsUsable(channel, agent))
        {
            choice = new() { Agent = agent };
            return null;
        }

        foreach (var next in target.Fallback ?? [])
        {
            if (!IsUsable(channel, next)) continue;
            choice = new() { Agent = next };
            return null;
        }

        return catalog.FindAgent(agent)?.Tenant.Id == channel.Tenant.Id ? "has an agent that is disabled" : "has an agent that was deleted";
    }

    internal static string PassedOver(RuleModel rule, string obstacle) => $"Rule '{rule.Name}' matched too, but {obstacle}: it was passed over.";

    internal static string? Joined(string? first, string? second) => first is null ? second : second is null ? first : $"{first} {second}";

    private string? TryGroup(ChannelModel channel, RuleTarget target, in RouteFacts facts, out TargetChoice choice, bool commit)
    {
        choice = default;
        if (target.Capable && facts.Intent.Name is null) return "no intent was recognised";
        var group = target.Pool is { } pool ? _groups.Pool(channel.Tenant.Id, pool) : target.Capable ? _groups.Capable(channel.Tenant.Id, facts.Intent.Name!) : null;
        if (group is null) return target.Pool is null ? "has no agent that could be chosen" : "has a pool that was deleted";
        if (facts.Last != Guid.Empty && group.Keeps(facts.Quiet) && _groups.Free(group, facts.Last) is { } kept)
        {
            choice = new() { Agent = kept.Id, Group = group, IsKept = true, Choice = new() { Agent = kept } };
            return null;
        }

        var chosen = _groups.Choose(group, commit: commit);
        if (chosen.Agent is not { } agent) return group.Pool is null ? $"no enabled agent is for the intent {RuleWords.Quote(group.Intent!)}" : "has a pool in which no agent is enabled";
        choice = new() { Agent = agent.Id, Group = group, Choice = chosen };
        return null;
    }

    /// <summary>A decision for one agent of several.</summary>
    private static RouteDecision Of(CompiledRule rule, in TargetChoice target, int any, int keyword, string? passedOver)
    {
        var json = target.IsKept && passedOver is null
            ? target.Group!.KeptJson(rule.Reasons, any, keyword, target.Choice.Agent!)
            : rule.Reasons.Json(any, keyword, target.Strategy, target.Words(), passedOver);
        return new(target.Agent, json) { Group = target.Group };
    }

    private RouteDecision WithoutRule(ChannelModel channel, in RouteFacts facts, RouteReasons reasons, string? addition)
    {
        if (facts.Assigned && facts.Last != Guid.Empty) return new(facts.Last, reasons.Json(RouteReasons.Assigned));
        var (agent, reason) = Fallback(channel, facts.Last);
        return new(agent, reasons.Json(reason, addition));
    }

    private bool IsUsable(ChannelModel channel, Guid agent) =>
        agent != Guid.Empty && catalog.FindAgent(agent) is { Enabled: true } model && model.Tenant.Id == channel.Tenant.Id;
}
