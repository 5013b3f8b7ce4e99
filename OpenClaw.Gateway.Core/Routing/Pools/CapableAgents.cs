using System.Collections.Concurrent;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Routing.Pools;

/// <summary>Which agents are for an intent, by tenant; found once and again when the configuration changes.</summary>
internal sealed class CapableAgents
{
    private const int MostKept = 10_000;
    private const string Sockets = "socket";
    private readonly ICatalog _catalog;
    private readonly ConcurrentDictionary<(Guid Tenant, string Intent), (int Generation, AgentGroup Group)> _groups = new();
    private int _generation;

    public CapableAgents(ICatalog catalog)
    {
        _catalog = catalog;
        catalog.Changed += Forget;
    }

    public AgentGroup For(Guid tenant, string intent)
    {
        var generation = Volatile.Read(ref _generation);
        if (_groups.TryGetValue((tenant, intent), out var known) && known.Generation == generation) return known.Group;
        var agents = _catalog.Agents.Where(a => a.Tenant.Id == tenant && Has(a, intent)).OrderBy(a => a.Id).Select(a => new PoolMember(a.Id)).ToList();
        var group = AgentGroup.Of(tenant, intent, agents);
        if (_groups.Count >= MostKept) _groups.Clear();
        _groups[(tenant, intent)] = (generation, group);
        return group;
    }

    private void Forget() => Interlocked.Increment(ref _generation);

    /// <summary>Processes of a socket agent say for themselves what they can do: that is looked at for each message.</summary>
    private static bool Has(AgentModel agent, string intent) => agent.Kind == Sockets || agent.Intents.Contains(intent, StringComparer.OrdinalIgnoreCase);
}
