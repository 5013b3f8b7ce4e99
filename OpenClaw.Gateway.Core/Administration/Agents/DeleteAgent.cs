using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.Agents;

/// <summary>Removes an agent with its secrets, unless something names it.</summary>
public sealed class DeleteAgent(ITenantDbFactory databases, AgentKinds kinds, AgentUses uses, ICatalog catalog, TimeProvider time)
{
    private const int MostNamed = 3;

    /// <summary>Done, not found, in use (default agent, a channel's agent, a rule's target), or (with <paramref name="version"/>) stale.</summary>
    public async Task<AdminResult<Guid>> RunAsync(Caller caller, Guid agent, int? version = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        using var turn = await ConfigurationTurns.EnterAsync(caller.Tenant, cancellationToken);
        await using var db = databases.Create(caller.Tenant);
        var row = await db.Agents.FirstOrDefaultAsync(a => a.Id == agent, cancellationToken);
        if (row is null) return AdminResult.NotFound<Guid>();
        if (version is { } expected && expected != row.Version) return AdminResult.Stale<Guid>();
        if (await uses.OfAsync(db, caller.Tenant, agent, cancellationToken) is { Count: > 0 } users)
            return AdminResult.InUse<Guid>($"The agent '{row.Name}' is {string.Join(", ", users.Take(MostNamed).Select(AgentUses.Words))}{(users.Count > MostNamed ? $" and {users.Count - MostNamed} more" : "")}. Choose another one there first.");
        var secrets = await db.Secrets.Where(s => s.OwnerId == agent).ToListAsync(cancellationToken);
        AuditTrail.Note(db, caller, time.GetUtcNow(), "agent.deleted", new(row.Id, row.Name), before: AgentView.Of(row, secrets, kinds));
        db.Secrets.RemoveRange(secrets);
        if (await db.SubjectStates.FirstOrDefaultAsync(s => s.SubjectId == agent, cancellationToken) is { } state) db.SubjectStates.Remove(state);
        db.Agents.Remove(row);
        if (await Saving.TryAsync<Guid>(db, cancellationToken) is { } failure) return failure;
        await catalog.ReloadAsync(CancellationToken.None);
        return AdminResult.Done(agent);
    }
}
