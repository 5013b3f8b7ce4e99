using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.Intents;

/// <summary>Removes an intent, unless a live rule asks for it. Agents that list it keep the name: it may come back.</summary>
public sealed class DeleteIntent(ITenantDbFactory databases, ICatalog catalog, TimeProvider time)
{
    /// <summary>Done, not found, in use, or (with <paramref name="version"/>) stale.</summary>
    public async Task<AdminResult<Guid>> RunAsync(Caller caller, Guid intent, int? version = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        using var turn = await ConfigurationTurns.EnterAsync(caller.Tenant, cancellationToken);
        await using var db = databases.Create(caller.Tenant);
        if (await db.Intents.FirstOrDefaultAsync(i => i.Id == intent, cancellationToken) is not { } row) return AdminResult.NotFound<Guid>();
        if (version is { } expected && expected != row.Version) return AdminResult.Stale<Guid>();
        if (SaveIntent.RuleNaming(catalog, caller.Tenant, row.Name) is { } rule) return AdminResult.InUse<Guid>($"The routing rule '{rule}' asks for the intent '{row.Name}'. Change or delete the rule first.");
        AuditTrail.Note(db, caller, time.GetUtcNow(), "intent.deleted", new(row.Id, row.Name), before: IntentView.Audited(row));
        db.Intents.Remove(row);
        if (await Saving.TryAsync<Guid>(db, cancellationToken) is { } failure) return failure;
        await catalog.ReloadAsync(CancellationToken.None);
        return AdminResult.Done(intent);
    }
}
