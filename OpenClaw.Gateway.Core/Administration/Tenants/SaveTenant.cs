using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Tenants;

/// <summary>Changes a tenant: its name, its slug, its quotas; suspends and resumes it. Works in the running gateway at return.</summary>
public sealed class SaveTenant(ISystemDbFactory databases, ICatalog catalog, TimeProvider time)
{
    private const int MaxReason = 500;

    /// <summary>
    /// An RFC 7396 merge patch of <c>slug</c>, <c>name</c>, <c>quotas</c>. Another slug changes the addresses of the tenant's pages: kept
    /// links to the former ones lead nowhere. With <paramref name="version"/>: only when that is still the present one.
    /// </summary>
    public Task<AdminResult<TenantView>> PatchAsync(Caller caller, Guid tenant, JsonElement patch, int? version = null, CancellationToken cancellationToken = default) =>
        Saving.MergingAsync(version, () => ChangeAsync(caller, tenant, "tenant.changed", version, row => Fill(row, patch), cancellationToken));

    /// <summary>Suspends a tenant: its channels stop, its keys and pages are refused with that reason, its agents are not asked; nothing is lost.</summary>
    public Task<AdminResult<TenantView>> SuspendAsync(Caller caller, Guid tenant, string? reason, int? version = null, CancellationToken cancellationToken = default) =>
        Saving.MergingAsync(version, () => ChangeAsync(caller, tenant, "tenant.suspended", version, row => Suspend(row, reason), cancellationToken));

    /// <summary>Lets a suspended tenant go on where it stood.</summary>
    public Task<AdminResult<TenantView>> ResumeAsync(Caller caller, Guid tenant, int? version = null, CancellationToken cancellationToken = default) =>
        Saving.MergingAsync(version, () => ChangeAsync(caller, tenant, "tenant.resumed", version, Resume, cancellationToken));

    private async Task<AdminResult<TenantView>> ChangeAsync(
        Caller caller, Guid tenant, string action, int? version, Func<Tenant, FieldErrors> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Own);
        await using var db = databases.Create();
        var row = await db.Tenants.FirstOrDefaultAsync(t => t.Id == tenant, cancellationToken);
        if (row is null) return AdminResult.NotFound<TenantView>();
        if (version is { } expected && expected != row.Version) return AdminResult.Stale<TenantView>();
        if (await TenantRemoval.IsMarkedAsync(db, tenant, cancellationToken)) return AdminResult.InUse<TenantView>("This tenant is being deleted.");
        var before = TenantView.Of(row);
        var errors = change(row);
        if (errors.Any) return AdminResult.Invalid<TenantView>(errors);
        if (before == TenantView.Of(row)) return AdminResult.Done(before);
        (row.Version, row.UpdatedAt) = (row.Version + 1, time.GetUtcNow());
        var after = TenantView.Of(row);
        AuditTrail.Note(db, caller with { Tenant = tenant }, row.UpdatedAt, action, new(row.Id, row.Name), before, after);
        if (await Saving.TryAsync<TenantView>(db, cancellationToken) is { } failure) return CreateTenant.Taken(failure);
        await catalog.ReloadAsync(CancellationToken.None);
        return AdminResult.Done(after);
    }

    private FieldErrors Fill(Tenant row, JsonElement patch)
    {
        var quotas = TenantInput.ToJson(TenantView.Of(row).Quotas);
        var present = new JsonObject
        {
            ["slug"] = row.Slug, ["name"] = row.Name, ["quotas"] = quotas, ["suspended"] = row.Suspended, ["suspendedReason"] = row.SuspendedReason,
        };
        var document = Document.Merge(present, patch, "slug", "name", "quotas", "suspended", "suspendedReason", "usage");
        var (slug, name, most) = TenantInput.Read(document);
        TenantInput.CheckFree(slug, name, row.Id, catalog, document.Errors);
        if (document.Flag("suspended", absent: false) != row.Suspended) document.Errors.Add("suspended", "Suspend and resume a tenant by POST …/suspend and POST …/resume.");
        if (!document.Errors.Any) TenantInput.Apply(row, slug, name, most);
        return document.Errors;
    }

    private static FieldErrors Suspend(Tenant row, string? reason)
    {
        var errors = new FieldErrors();
        reason = reason?.Trim();
        if (string.IsNullOrEmpty(reason)) errors.Add("reason", "Say why: the tenant's members read it when they come.");
        else if (reason.Length > MaxReason) errors.Add("reason", $"Must have at most {MaxReason} characters.");
        if (!errors.Any) (row.Suspended, row.SuspendedReason) = (true, reason);
        return errors;
    }

    private static FieldErrors Resume(Tenant row)
    {
        (row.Suspended, row.SuspendedReason) = (false, null);
        return new();
    }
}
