using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Administration.Pools;

/// <summary>Reads how pools do, from memory: pages may ask every second.</summary>
public sealed class PoolStatusQuery
{
    private readonly ICatalog _catalog;
    private readonly IAgentFigures _figures;
    private readonly IAgentGates? _gates;

    internal PoolStatusQuery(ICatalog catalog, IAgentFigures figures, IAgentGates? gates) => (_catalog, _figures, _gates) = (catalog, figures, gates);

    /// <summary>The status, or null when the tenant has no such pool.</summary>
    public PoolStatus? Get(Guid tenant, Guid pool)
    {
        if (_catalog.FindPool(pool) is not { } model || model.TenantId != tenant) return null;
        var members = model.Members.Select(m => (Member: m, Agent: _catalog.FindAgent(m.Agent))).Where(m => m.Agent?.Tenant.Id == tenant)
            .Select(m => (Agent: m.Agent!, Weight: m.Member.Weight ?? m.Agent!.Weight, Figures: _figures.FiguresOf(m.Agent!.Id))).ToList();
        var (weights, asked) = (members.Sum(m => m.Weight), members.Sum(m => m.Figures.AskedLastHour));
        return new(model.Id, PoolModel.Strategies.First(s => s.Value == model.Strategy).Key, [.. members.Select(m => new PoolMemberStatus(
            m.Agent.Id, m.Agent.Name, m.Agent.Enabled, m.Weight, model.Strategy == PoolStrategy.Weighted && weights > 0 ? Part(m.Weight, weights) : null,
            m.Figures.Open, m.Figures.Coming, m.Agent.MaxConcurrency, m.Figures.LatencyMs, m.Figures.FirstTokenMs,
            m.Figures.AskedLastHour, asked > 0 ? Part(m.Figures.AskedLastHour, asked) : null, ObstacleOf(m.Agent, m.Figures.Health), m.Figures.Health))]);
    }

    private string? ObstacleOf(AgentModel agent, AgentHealth? health)
    {
        if (!agent.Enabled) return "It is switched off.";
        if (_gates?.InTheWay(agent) is { } obstacle) return obstacle.Why;
        return health is { Ok: false } ? $"It is not well, and is only asked when nobody else can be. {health.Detail}" : null;
    }

    private static double Part(long of, long all) => Math.Round((double)of / all, 4);
}
