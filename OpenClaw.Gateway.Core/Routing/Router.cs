using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing.Matching;

namespace OpenClaw.Gateway.Core.Routing;

/// <summary>
/// Chooses the agent in the contract's order of precedence: an assignment, the first matching rule, the agent that the session had
/// last, the channel's agent, the tenant's default agent.
/// </summary>
internal sealed partial class Router(ICatalog catalog, RuleSets ruleSets, TimeProvider time, ILogger<Router> log)
{
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
        while (scan.Next() is { } rule)
        {
            if (TryTarget(channel, rule.Model.Target, out var agent) is { } obstacle)
            {
                passedOver ??= PassedOver(rule.Model, obstacle);
                continue;
            }

            rule.Counter.Hit(Micros.Now(time));
            if (scan.IsCutShort) LogCutShort(channel.Tenant.Id, channel.Id, rules.Version);
            var (any, keyword) = scan.Found(rule);
            var json = passedOver is null ? rule.Reasons.Json(any, keyword) : rule.Reasons.Json(any, keyword, passedOver);
            return new(agent, json) { IsDrop = rule.Model.Target.Drop, Fallback = rule.Model.Target.Fallback };
        }

        if (scan.IsCutShort) LogCutShort(channel.Tenant.Id, channel.Id, rules.Version);
        return WithoutRule(channel, facts, compiled.Reasons, passedOver ?? (scan.IsCutShort ? CutShort : null));
    }

    /// <summary>The agent that a handoff names; none when the tenant has no such agent, or it is disabled.</summary>
    public RouteDecision RouteTo(ChannelModel channel, string agentName) =>
        catalog.FindAgent(channel.Tenant.Id, agentName) is { Enabled: true } agent
            ? new(agent.Id, RouteReasons.WithoutRules.Json(RouteReasons.Handoff))
            : new(Guid.Empty, RouteReasons.WithoutRules.Json(RouteReasons.None));

    /// <summary>The agent that a person chose for a replay; none when the tenant has no such agent, or it is disabled.</summary>
    public RouteDecision RouteTo(ChannelModel channel, Guid agent) =>
        new(IsUsable(channel, agent) ? agent : Guid.Empty, RouteReasons.WithoutRules.Json(IsUsable(channel, agent) ? RouteReasons.Replay : RouteReasons.None));

    /// <summary>The agent, and why, where no rule decides.</summary>
    internal (Guid Agent, RouteReason Reason) Fallback(ChannelModel channel, Guid last)
    {
        if (IsUsable(channel, last)) return (last, RouteReasons.Last);
        if (channel.Agent is { } own && IsUsable(channel, own)) return (own, RouteReasons.Channel);
        if (channel.Tenant.Settings.DefaultAgent is { } common && IsUsable(channel, common)) return (common, RouteReasons.Default);
        return (Guid.Empty, RouteReasons.None);
    }

    /// <summary>The rule's agent (none for a drop), or what is in the way.</summary>
    internal string? TryTarget(ChannelModel channel, RuleTarget target, out Guid agent)
    {
        agent = target.Agent ?? Guid.Empty;
        if (target.Drop || IsUsable(channel, agent)) return null;
        foreach (var next in target.Fallback ?? [])
        {
            if (!IsUsable(channel, next)) continue;
            agent = next;
            return null;
        }

        if (target.Agent is null) return "has no agent that could be chosen";
        return catalog.FindAgent(agent)?.Tenant.Id == channel.Tenant.Id ? "has an agent that is disabled" : "has an agent that was deleted";
    }

    internal static string PassedOver(RuleModel rule, string obstacle) => $"Rule '{rule.Name}' matched too, but {obstacle}: it was passed over.";

    private RouteDecision WithoutRule(ChannelModel channel, in RouteFacts facts, RouteReasons reasons, string? addition)
    {
        if (facts.Assigned && facts.Last != Guid.Empty) return new(facts.Last, reasons.Json(RouteReasons.Assigned));
        var (agent, reason) = Fallback(channel, facts.Last);
        return new(agent, reasons.Json(reason, addition));
    }

    private bool IsUsable(ChannelModel channel, Guid agent) =>
        agent != Guid.Empty && catalog.FindAgent(agent) is { Enabled: true } model && model.Tenant.Id == channel.Tenant.Id;
}
