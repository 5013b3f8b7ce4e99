using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Routing;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.Agents;

/// <summary>Removes an agent with its secrets, unless something names it.</summary>
public sealed class DeleteAgent(ITenantDbFactory databases, AgentKinds kinds, ICatalog catalog, TimeProvider time)
{
    /// <summary>Done, not found, in use (default agent, a channel's agent, a rule's target), or (with <paramref name="version"/>) stale.</summary>
    public async Task<AdminResult<Guid>> RunAsync(Caller caller, Guid agent, int? version = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        await using var db = databases.Create(caller.Tenant);
        var row = await db.Agents.FirstOrDefaultAsync(a => a.Id == agent, cancellationToken);
        if (row is null) return AdminResult.NotFound<Guid>();
        if (version is { } expected && expected != row.Version) return AdminResult.Stale<Guid>();
        if (await UserOfAsync(db, caller.Tenant, agent, cancellationToken) is { } user) return AdminResult.InUse<Guid>($"The agent '{row.Name}' is {user}. Choose another one there first.");
        var secrets = await db.Secrets.Where(s => s.OwnerId == agent).ToListAsync(cancellationToken);
        AuditTrail.Note(db, caller, time.GetUtcNow(), "agent.deleted", new(row.Id, row.Name), before: AgentView.Of(row, secrets, kinds));
        db.Secrets.RemoveRange(secrets);
        db.Agents.Remove(row);
        if (await Saving.TryAsync<Guid>(db, cancellationToken) is { } failure) return failure;
        await catalog.ReloadAsync(CancellationToken.None);
        return AdminResult.Done(agent);
    }

    private async Task<string?> UserOfAsync(GatewayDbContext db, Guid tenant, Guid agent, CancellationToken cancellationToken)
    {
        if (await db.Settings.AnyAsync(s => s.DefaultAgent == agent, cancellationToken)) return "the default agent";
        var channel = await db.Channels.Where(c => c.AgentId == agent).Select(c => c.Name).FirstOrDefaultAsync(cancellationToken);
        if (channel is not null) return $"the agent of the channel '{channel}'";
        return RuleUse.OfAgent(catalog, tenant, agent) is { } rule ? $"the target of the routing rule '{rule}'" : null;
    }
}
