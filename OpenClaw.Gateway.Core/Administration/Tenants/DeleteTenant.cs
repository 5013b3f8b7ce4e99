using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.Tenants;

/// <summary>
/// Deletes a tenant with everything that is its: conversations, files, configuration, keys, memberships, audit. The decision is
/// noted first; what it takes is then done to the end, after a restart too.
/// </summary>
public sealed class DeleteTenant
{
    private readonly ISystemDbFactory _databases;
    private readonly TenantRemoval _removal;
    private readonly ICatalog _catalog;
    private readonly TimeProvider _time;

    internal DeleteTenant(ISystemDbFactory databases, TenantRemoval removal, ICatalog catalog, TimeProvider time) =>
        (_databases, _removal, _catalog, _time) = (databases, removal, catalog, time);

    /// <summary>Returns when nothing of it is left; giving up waiting does not stop it. Not found, in use (the last tenant), or stale.</summary>
    public async Task<AdminResult<Guid>> RunAsync(Caller caller, Guid tenant, int? version = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Own);
        await using (var db = _databases.Create())
        {
            var row = await db.Tenants.FirstOrDefaultAsync(t => t.Id == tenant, cancellationToken);
            if (row is null) return AdminResult.NotFound<Guid>();
            if (version is { } expected && expected != row.Version) return AdminResult.Stale<Guid>();
            if (caller is { Kind: Storage.Entities.ActorKind.ApiKey } && caller.Tenant == tenant) return AdminResult.InUse<Guid>("This API key belongs to the tenant. Use a key of another tenant, or the portal.");
            if (!await db.Tenants.AnyAsync(t => t.Id != tenant, cancellationToken)) return AdminResult.InUse<Guid>("This is the only tenant. Make another one first.");
            if (!await TenantRemoval.IsMarkedAsync(db, tenant, cancellationToken))
            {
                var now = _time.GetUtcNow();
                AuditTrail.Note(db, caller with { Tenant = Guid.Empty }, now, "tenant.deleted", new(row.Id, row.Name), before: TenantView.Of(row));
                (row.Suspended, row.SuspendedReason, row.Version, row.UpdatedAt) = (true, "It is being deleted.", row.Version + 1, now);
                TenantRemoval.Mark(db, tenant);
                if (await Saving.TryAsync<Guid>(db, cancellationToken) is { } failure) return failure;
            }
        }

        await _catalog.ReloadAsync(CancellationToken.None);
        await _removal.StartAsync(tenant).WaitAsync(cancellationToken);
        return AdminResult.Done(tenant);
    }
}
