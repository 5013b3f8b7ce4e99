using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Settings;

/// <summary>What a tenant has set (contract: /settings).</summary>
public sealed record SettingsView(Guid? DefaultAgent, DateTimeOffset UpdatedAt)
{
    /// <summary>Rises with every change: the ETag.</summary>
    [JsonIgnore]
    public int Version { get; init; }
}

/// <summary>Reads a tenant's settings.</summary>
public sealed class SettingsQuery(ITenantDbFactory databases)
{
    /// <summary>The settings; those of a new tenant are the defaults.</summary>
    public async Task<SettingsView> GetAsync(Guid tenant, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        var row = await db.Settings.AsNoTracking().FirstOrDefaultAsync(cancellationToken);
        return row is null ? new(null, DateTimeOffset.UnixEpoch) : Of(row);
    }

    internal static SettingsView Of(TenantSettings row) => new(row.DefaultAgent, row.UpdatedAt) { Version = row.Version };
}

/// <summary>Changes a tenant's settings; works in the running gateway at return.</summary>
public sealed class PatchSettings(ITenantDbFactory databases, ICatalog catalog, TimeProvider time)
{
    /// <summary>An RFC 7396 merge patch. With <paramref name="version"/>: only when that is still the present one.</summary>
    public Task<AdminResult<SettingsView>> RunAsync(Caller caller, JsonElement patch, int? version = null, CancellationToken cancellationToken = default) =>
        Saving.MergingAsync(version, () => RunOnceAsync(caller, patch, version, cancellationToken));

    private async Task<AdminResult<SettingsView>> RunOnceAsync(Caller caller, JsonElement patch, int? version, CancellationToken cancellationToken)
    {
        caller.Demand(ApiScopeNames.Configure);
        await using var db = databases.Create(caller.Tenant);
        var row = await db.Settings.FirstOrDefaultAsync(cancellationToken);
        var before = row is null ? null : SettingsQuery.Of(row);
        if (row is null) db.Settings.Add(row = new());
        if (version is { } expected && expected != row.Version) return AdminResult.Stale<SettingsView>();
        var document = Document.Merge(new JsonObject { ["defaultAgent"] = row.DefaultAgent }, patch, "defaultAgent");
        row.DefaultAgent = document.Id("defaultAgent");
        if (row.DefaultAgent is { } agent && !await db.Agents.AnyAsync(a => a.Id == agent, cancellationToken)) document.Errors.Add("defaultAgent", "There is no such agent.");
        if (document.Errors.Any) return AdminResult.Invalid<SettingsView>(document.Errors);
        (row.Version, row.UpdatedAt) = (row.Version + 1, time.GetUtcNow());
        AuditTrail.Note(db, caller, row.UpdatedAt, "settings.changed", new(Guid.Empty, "Settings"), before, SettingsQuery.Of(row));
        if (await Saving.TryAsync<SettingsView>(db, cancellationToken) is { } failure) return failure;
        await catalog.ReloadAsync(CancellationToken.None);
        return AdminResult.Done(SettingsQuery.Of(row));
    }
}
