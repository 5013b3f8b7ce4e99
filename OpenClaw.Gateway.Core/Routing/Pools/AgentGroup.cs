using System.Collections.Concurrent;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing.Matching;

namespace OpenClaw.Gateway.Core.Routing.Pools;

/// <summary>Agents of which any may answer: a pool, or those that are for an intent. What was chosen last is remembered as long as it is not changed.</summary>
internal sealed class AgentGroup
{
    private const int MostKept = 512;
    private readonly ConcurrentDictionary<(RuleReasons Rule, int Any, int Keyword, Guid Agent), (AgentModel Model, byte[] Json)> _kept = [];
    private readonly HashSet<Guid> _agents;

    private AgentGroup(Guid tenant, IReadOnlyList<PoolMember> members, IBalancer balancer) =>
        (Tenant, Members, Balancer, _agents) = (tenant, members, balancer, [.. members.Select(m => m.Agent)]);

    public Guid Tenant { get; }

    public IReadOnlyList<PoolMember> Members { get; }

    public IBalancer Balancer { get; }

    /// <summary>The pool; null = those for an intent.</summary>
    public PoolModel? Pool { get; private init; }

    /// <summary>The intent that they are for; null = a pool.</summary>
    public string? Intent { get; private init; }

    /// <summary>For people, within a sentence.</summary>
    public string Title => Pool is { } pool ? $"the pool {RuleWords.Quote(pool.Name)}" : $"the agents for {RuleWords.Quote(Intent!)}";

    public static AgentGroup Of(PoolModel pool) => new(pool.TenantId, pool.Members, BalancerOf(pool)) { Pool = pool };

    public static AgentGroup Of(Guid tenant, string intent, IReadOnlyList<PoolMember> agents) => new(tenant, agents, new LeastLoaded()) { Intent = intent };

    /// <summary>The same pool after a change; who was chosen last is still known where members and strategy are the same.</summary>
    public AgentGroup Changed(PoolModel pool) =>
        Pool is { } former && former.Strategy == pool.Strategy && former.Members.SequenceEqual(pool.Members) ? new(pool.TenantId, pool.Members, Balancer) { Pool = pool } : Of(pool);

    public bool Holds(Guid agent) => _agents.Contains(agent);

    /// <summary>A session that nobody wrote in for that long keeps the member that it had.</summary>
    public bool Keeps(TimeSpan? quiet) => Pool is { } pool && (pool.AffinityFor is not { } most || (most > TimeSpan.Zero && !(quiet > most)));

    /// <summary>As the end of a sentence that says which rule matched.</summary>
    public string Chose(AgentModel agent, in Candidate candidate) => Pool is { } pool
        ? $"pool {RuleWords.Quote(pool.Name)} chose {RuleWords.Quote(agent.Name)} ({Balancer.Why(candidate)})"
        : $"of {Title}, {RuleWords.Quote(agent.Name)} was chosen ({Balancer.Why(candidate)})";

    public string Kept(AgentModel agent) => $"pool {RuleWords.Quote(Pool!.Name)} keeps {RuleWords.Quote(agent.Name)}, which the session had";

    public string WaitsFor(AgentModel agent) => $"no agent of {Title} can be asked now: it waits for {RuleWords.Quote(agent.Name)}";

    /// <summary>The stored form of a decision by which a session keeps its member: shared by all its messages.</summary>
    public byte[] KeptJson(RuleReasons rule, int any, int keyword, AgentModel agent)
    {
        if (_kept.TryGetValue((rule, any, keyword, agent.Id), out var known) && ReferenceEquals(known.Model, agent)) return known.Json;
        if (_kept.Count >= MostKept) _kept.Clear();
        var json = rule.Json(any, keyword, RouteStrategies.Affinity, Kept(agent), null);
        _kept[(rule, any, keyword, agent.Id)] = (agent, json);
        return json;
    }

    private static IBalancer BalancerOf(PoolModel pool) => pool.Strategy switch
    {
        PoolStrategy.Weighted => new Weighted(pool.Members.Count),
        PoolStrategy.RoundRobin => new RoundRobin(),
        _ => new LeastLoaded(),
    };
}
