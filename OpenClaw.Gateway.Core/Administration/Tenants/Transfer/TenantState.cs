using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Tenants.Transfer;

/// <summary>What is configured in a tenant, as rows.</summary>
internal sealed record TenantState(
    TenantSettings? Settings, List<Agent> Agents, List<Channel> Channels, List<Pool> Pools, List<RoutingRule> Rules, ILookup<Guid, Secret> Secrets, List<(Membership Place, string Email)> Members)
{
    public static async Task<TenantState> LoadAsync(GatewayDbContext db, CancellationToken cancellationToken)
    {
        var members = await db.Memberships.Join(db.Users, m => m.PersonId, p => p.Id, (m, p) => new { Place = m, p.Email }).ToListAsync(cancellationToken);
        return new(
            await db.Settings.FirstOrDefaultAsync(cancellationToken),
            await db.Agents.ToListAsync(cancellationToken),
            await db.Channels.ToListAsync(cancellationToken),
            await db.Pools.ToListAsync(cancellationToken),
            await db.RoutingRules.Where(r => r.ToVersion == RoutingRule.Live).OrderBy(r => r.Ordinal).ToListAsync(cancellationToken),
            (await db.Secrets.ToListAsync(cancellationToken)).ToLookup(s => s.OwnerId),
            [.. members.Select(m => (m.Place, m.Email ?? ""))]);
    }

    public Agent? Agent(string name) => Agents.Find(a => string.Equals(a.Name, name, StringComparison.OrdinalIgnoreCase));

    public Channel? Channel(string name) => Channels.Find(c => string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase));

    public Pool? Pool(string name) => Pools.Find(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase));

    public string? AgentName(Guid? id) => id is { } agent ? Agents.Find(a => a.Id == agent)?.Name : null;
}
