using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing.Matching;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Routing.Trials;

/// <summary>
/// Any set of rules, asked as the road asks the published ones, without leaving a trace: no hit is counted, no pool takes its turn. A pool and the
/// agents of an intent are named as such: which of them would have been chosen depended on their load at that moment. Not for several threads.
/// </summary>
internal sealed class RuleTrial
{
    private readonly Router _router;
    private readonly ICatalog _catalog;
    private readonly Guid _tenant;
    private readonly CompiledRules _rules;
    private readonly Dictionary<string, bool> _capable = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<Guid, bool> _pools = [];

    public RuleTrial(Router router, ICatalog catalog, Guid tenant, RuleSetModel rules)
    {
        (_router, _catalog, _tenant) = (router, catalog, tenant);
        _rules = RuleCompiler.Compile(rules, rule => new RuleCounter(tenant, rule));
    }

    /// <summary>At least one of the rules looks at what messages want.</summary>
    public bool NeedsIntent => _rules.NeedsIntent;

    /// <summary>At least one message was not looked through to the end: the expressions had done more work than a message may cost.</summary>
    public bool WasCutShort { get; private set; }

    /// <summary>Where a message goes.</summary>
    public TrialVerdict Judge(ChannelModel channel, in RouteFacts facts)
    {
        if (facts is { Assigned: true } && facts.Last != Guid.Empty) return new(Destination.Agent(facts.Last), TrialReason.Assigned);
        using var scan = new RuleScan(_rules, channel, facts);
        while (scan.Next() is { } rule)
        {
            if (Target(channel, rule.Model.Target, facts) is { } to) return new(to, TrialReason.Rule, rule.Model.Id);
        }

        WasCutShort |= scan.IsCutShort;
        var (agent, reason) = _router.Fallback(channel, facts.Last);
        return new(Destination.Agent(agent), Of(reason));
    }

    /// <summary>Forgets who could be chosen: the configuration may have changed.</summary>
    public void Refresh()
    {
        _capable.Clear();
        _pools.Clear();
    }

    private static TrialReason Of(RouteReason reason) =>
        ReferenceEquals(reason, RouteReasons.Last) ? TrialReason.Last
        : ReferenceEquals(reason, RouteReasons.Channel) ? TrialReason.Channel
        : ReferenceEquals(reason, RouteReasons.Default) ? TrialReason.Default : TrialReason.None;

    /// <summary>Null where the target has nobody who could be chosen: the rule is passed over.</summary>
    private Destination? Target(ChannelModel channel, RuleTarget target, in RouteFacts facts)
    {
        if (target.Drop) return new(DestinationKind.Drop);
        if (target.Pool is { } pool) return HasMember(pool) ? new(DestinationKind.Pool, pool) : null;
        if (target.Capable) return facts.Intent.Name is { } intent && HasCapable(intent) ? new(DestinationKind.Capable, Intent: intent) : null;
        return _router.TryTarget(channel, target, out var agent) is null ? Destination.Agent(agent) : null;
    }

    private bool HasMember(Guid pool)
    {
        if (_pools.TryGetValue(pool, out var known)) return known;
        return _pools[pool] = _catalog.FindPool(pool) is { } model && model.TenantId == _tenant && model.Members.Any(m => _catalog.FindAgent(m.Agent) is { Enabled: true } agent && agent.Tenant.Id == _tenant);
    }

    private bool HasCapable(string intent)
    {
        if (_capable.TryGetValue(intent, out var known)) return known;
        return _capable[intent] = _catalog.Agents.Any(a => a.Enabled && a.Tenant.Id == _tenant && a.Intents.Contains(intent, StringComparer.OrdinalIgnoreCase));
    }
}
