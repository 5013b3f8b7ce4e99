using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Routing.Pools;

/// <summary>
/// Chooses among agents of which any may answer. Who is disabled, deleted, paused, drained, whose circuit is open, and who has failed over the message
/// already is passed over; who is not well, or has the weight 0, is only chosen where nobody else is left.
/// </summary>
/// <param name="catalog">The agents and pools.</param>
/// <param name="loads">How busy and how well they are.</param>
/// <param name="gates">What is in their way; null = nothing ever is.</param>
/// <param name="connections">What processes that are connected can do; null = there are none.</param>
internal sealed class AgentGroups(ICatalog catalog, AgentLoads loads, IAgentGates? gates = null, IAgentConnections? connections = null)
{
    private readonly ConcurrentDictionary<Guid, AgentGroup> _pools = new();
    private readonly CapableAgents _capable = new(catalog);

    /// <summary>A tenant's pool; null when it has none of that id.</summary>
    public AgentGroup? Pool(Guid tenant, Guid id)
    {
        if (catalog.FindPool(id) is not { } model || model.TenantId != tenant)
        {
            _pools.TryRemove(id, out _);
            return null;
        }

        if (_pools.TryGetValue(id, out var known) && ReferenceEquals(known.Pool, model)) return known;
        return _pools.AddOrUpdate(id, static (_, pool) => AgentGroup.Of(pool), static (_, former, pool) => ReferenceEquals(former.Pool, pool) ? former : former.Changed(pool), model);
    }

    /// <summary>A tenant's pool by name, or null.</summary>
    public AgentGroup? Pool(Guid tenant, string name) => catalog.FindPool(tenant, name) is { } pool ? Pool(tenant, pool.Id) : null;

    /// <summary>A tenant's agents that are for an intent; none of them may be enabled.</summary>
    public AgentGroup Capable(Guid tenant, string intent) => _capable.For(tenant, intent);

    /// <summary>The agent may be asked now, and is well.</summary>
    public AgentModel? Free(AgentGroup group, Guid agent) =>
        group.Holds(agent) && Usable(group, agent) is { } model && gates?.InTheWay(model) is null && loads.Find(agent)?.Health is not { Ok: false } ? model : null;

    /// <summary>Chooses one by the group's strategy.</summary>
    /// <param name="group">Of whom.</param>
    /// <param name="effort">Who has failed over the message; null = nobody.</param>
    /// <param name="commit">False: only to say who it would be.</param>
    /// <param name="but">Not that one.</param>
    public GroupChoice Choose(AgentGroup group, MessageEffort? effort = null, bool commit = true, Guid but = default)
    {
        var members = group.Members;
        var candidates = ArrayPool<Candidate>.Shared.Rent(Math.Max(1, members.Count));
        try
        {
            var (count, best, held) = (0, int.MaxValue, default(GroupChoice));
            for (var i = 0; i < members.Count; i++)
            {
                var member = members[i];
                if (member.Agent == but || effort?.IsOut(member.Agent) == true || Usable(group, member.Agent) is not { } agent || !Can(group, agent)) continue;
                if (gates?.InTheWay(agent) is { } obstacle)
                {
                    if (held.Obstacle is null || IsSooner(obstacle, held.Obstacle)) held = new() { Agent = agent, Obstacle = obstacle };
                    continue;
                }

                var (counters, weight) = (loads.Find(agent.Id), member.Weight ?? agent.Weight);
                var rank = (counters?.Health is { Ok: false } ? 2 : 0) + (weight == 0 ? 1 : 0);
                if (rank > best) continue;
                if (rank < best) (best, count) = (rank, 0);
                candidates[count++] = new(i, agent.Id, Math.Max(1, weight), agent.MaxConcurrency, counters?.Load() ?? default);
            }

            if (count == 0) return held;
            var chosen = candidates[group.Balancer.Choose(candidates.AsSpan(0, count), commit)];
            return new() { Agent = catalog.FindAgent(chosen.Agent), Candidate = chosen };
        }
        finally
        {
            ArrayPool<Candidate>.Shared.Return(candidates);
        }
    }

    private AgentModel? Usable(AgentGroup group, Guid agent) => catalog.FindAgent(agent) is { Enabled: true } model && model.Tenant.Id == group.Tenant ? model : null;

    /// <summary>Of those for an intent: it is configured for it, or one of its processes says that it can do it.</summary>
    private bool Can(AgentGroup group, AgentModel agent) =>
        group.Intent is not { } intent || agent.Intents.Contains(intent, StringComparer.OrdinalIgnoreCase) || connections?.LiveIntents(agent.Id).Contains(intent, StringComparer.OrdinalIgnoreCase) == true;

    /// <summary>Better to wait for what goes away by itself, and soon.</summary>
    private static bool IsSooner(Obstacle a, Obstacle b) =>
        a.Expires != b.Expires ? a.Expires : (a.CheckAt ?? DateTimeOffset.MaxValue) < (b.CheckAt ?? DateTimeOffset.MaxValue);
}

/// <summary>Who was chosen of a group.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct GroupChoice
{
    /// <summary>The agent; null = none of them may be asked at all.</summary>
    public AgentModel? Agent { get; init; }

    /// <summary>What is in its way, as in that of all others: the message has to wait; null = nothing.</summary>
    public Obstacle? Obstacle { get; init; }

    /// <summary>What it was chosen by; holds when nothing is in its way.</summary>
    public Candidate Candidate { get; init; }

    public bool IsFree => Agent is not null && Obstacle is null;
}
