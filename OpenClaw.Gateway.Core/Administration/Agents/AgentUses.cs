using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.Agents;

/// <summary>Where an agent is named. <c>Kind</c> is <c>default</c> (the tenant's settings), <c>channel</c> <c>rule</c> or <c>pool</c>.</summary>
public sealed record AgentUse(string Kind, Guid Id, string Name);

/// <summary>Finds what would miss an agent.</summary>
public sealed class AgentUses(ITenantDbFactory databases, ICatalog catalog)
{
    /// <summary>All places, the default agent first; empty when nothing names it.</summary>
    public async Task<IReadOnlyList<AgentUse>> OfAsync(Guid tenant, Guid agent, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        return await OfAsync(db, tenant, agent, cancellationToken);
    }

    internal async Task<IReadOnlyList<AgentUse>> OfAsync(GatewayDbContext db, Guid tenant, Guid agent, CancellationToken cancellationToken)
    {
        var uses = new List<AgentUse>();
        if (await db.Settings.AnyAsync(s => s.DefaultAgent == agent, cancellationToken)) uses.Add(new("default", Guid.Empty, "Default agent"));
        uses.AddRange(await db.Channels.Where(c => c.AgentId == agent).OrderBy(c => c.Name).Select(c => new AgentUse("channel", c.Id, c.Name)).ToListAsync(cancellationToken));
        uses.AddRange(catalog.FindRules(tenant).Rules.Where(r => r.Target.Agent == agent || r.Target.Fallback?.Contains(agent) == true).Select(r => new AgentUse("rule", r.Id, r.Name)));
        foreach (var pool in await db.Pools.AsNoTracking().OrderBy(p => p.Name).ToListAsync(cancellationToken))
            if (Pools.PoolView.MembersOf(pool).Any(m => m.Agent == agent)) uses.Add(new("pool", pool.Id, pool.Name));
        return uses;
    }

    /// <summary>As the end of a sentence that begins with the agent.</summary>
    internal static string Words(AgentUse use) => use.Kind switch
    {
        "default" => "the default agent",
        "channel" => $"the agent of the channel '{use.Name}'",
        "pool" => $"a member of the pool '{use.Name}'",
        _ => $"the target of the routing rule '{use.Name}'",
    };
}
