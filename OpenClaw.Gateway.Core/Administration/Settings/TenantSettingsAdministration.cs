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
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Gateway.Core.Administration.Settings;

/// <summary>What holds for a tenant (contract: /settings): what was set, else the default. A channel's own setting comes before it.</summary>
public sealed record SettingsView(
    Guid? DefaultAgent, double DormantAfterMinutes, double ExpireAfterDays, double ArchiveAfterDays, double? RetentionDays,
    int RateLimitPerUserPerMinute, int RateLimitPerMinute, int MaxMessageBytes, long MaxAttachmentBytes, DateTimeOffset UpdatedAt)
{
    /// <summary>Rises with every change: the ETag.</summary>
    [JsonIgnore]
    public int Version { get; init; }

    /// <summary>Only what was set, in the contract's form: what a form shows as typed.</summary>
    [JsonIgnore]
    public JsonObject Set { get; init; } = [];

    internal static SettingsView Of(TenantSettings? row, LimitOptions limits)
    {
        var model = SettingsRows.ToModel(row);
        return new(
            model.DefaultAgent, model.DormantAfterMinutes, model.ExpireAfterDays, model.ArchiveAfterDays, model.RetentionDays,
            model.RateLimitPerUserPerMinute, model.RateLimitPerMinute, model.MessageBytes(limits), model.AttachmentBytes(limits), row?.UpdatedAt ?? DateTimeOffset.UnixEpoch)
        { Version = row?.Version ?? 0, Set = row is null ? [] : JsonNode.Parse(row.Values) as JsonObject ?? [] };
    }
}

/// <summary>Reads a tenant's settings.</summary>
public sealed class SettingsQuery(ITenantDbFactory databases, GatewayOptions options)
{
    /// <summary>The settings; those of a new tenant are the defaults.</summary>
    public async Task<SettingsView> GetAsync(Guid tenant, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        return SettingsView.Of(await db.Settings.AsNoTracking().FirstOrDefaultAsync(cancellationToken), options.Limits);
    }
}

/// <summary>Changes a tenant's settings; works in the running gateway at return.</summary>
public sealed class PatchSettings(ITenantDbFactory databases, ICatalog catalog, GatewayOptions options, TimeProvider time)
{
    private const string Agent = "defaultAgent";

    /// <summary>An RFC 7396 merge patch: null puts the default back. With <paramref name="version"/>: only when that is still the present one.</summary>
    public async Task<AdminResult<SettingsView>> RunAsync(Caller caller, JsonElement patch, int? version = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        using var turn = await ConfigurationTurns.EnterAsync(caller.Tenant, cancellationToken);
        return await Saving.MergingAsync(version, () => RunOnceAsync(caller, patch, version, cancellationToken));
    }

    private async Task<AdminResult<SettingsView>> RunOnceAsync(Caller caller, JsonElement patch, int? version, CancellationToken cancellationToken)
    {
        await using var db = databases.Create(caller.Tenant);
        var row = await db.Settings.FirstOrDefaultAsync(cancellationToken);
        var before = row is null ? null : SettingsView.Of(row, options.Limits);
        if (row is null) db.Settings.Add(row = new());
        if (version is { } expected && expected != row.Version) return AdminResult.Stale<SettingsView>();
        var document = Merge(row, patch);
        row.DefaultAgent = document.Id(Agent);
        if (row.DefaultAgent is { } agent && !await db.Agents.AnyAsync(a => a.Id == agent, cancellationToken)) document.Errors.Add(Agent, "There is no such agent.");
        if (document.Errors.Any) return AdminResult.Invalid<SettingsView>(document.Errors);
        (row.Version, row.UpdatedAt) = (row.Version + 1, time.GetUtcNow());
        AuditTrail.Note(db, caller, row.UpdatedAt, "settings.changed", new(Guid.Empty, "Settings"), before, SettingsView.Of(row, options.Limits));
        if (await Saving.TryAsync<SettingsView>(db, cancellationToken) is { } failure) return failure;
        await catalog.ReloadAsync(CancellationToken.None);
        return AdminResult.Done(SettingsView.Of(row, options.Limits));
    }

    /// <summary>What was not sent is not checked again: a limit of the installation that was lowered since must not block other changes.</summary>
    private Document Merge(TenantSettings row, JsonElement patch)
    {
        var specs = TenantSettingSpecs.All(options.Limits);
        var present = JsonNode.Parse(row.Values) as JsonObject ?? [];
        present[Agent] = row.DefaultAgent;
        var document = Document.Merge(present, patch, [Agent, .. specs.Select(s => s.Name)]);
        if (patch.ValueKind != JsonValueKind.Object) return document;
        foreach (var sent in patch.EnumerateObject().Where(f => f.Value.ValueKind != JsonValueKind.Null))
        {
            if (specs.FirstOrDefault(s => s.Name == sent.Name) is { } spec && SettingRules.Fault(spec, JsonNode.Parse(sent.Value.GetRawText())) is { } fault) document.Errors.Add(sent.Name, fault);
        }
        row.Values = new JsonObject(specs.Where(s => present[s.Name] is not null).Select(s => KeyValuePair.Create(s.Name, present[s.Name]?.DeepClone()))).ToJsonString();
        return document;
    }
}
