using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Agents;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Protection;

namespace OpenClaw.Gateway.Core.Administration.Tenants.Transfer;

/// <summary>
/// Takes an exported configuration into a tenant: all of it in one transaction, or, where anything is wrong with it, nothing. What the
/// document does not name stays as it is.
/// </summary>
public sealed class ImportTenant
{
    private readonly ISystemDbFactory _system;
    private readonly ITenantDbFactory _databases;
    private readonly AgentKinds _agentKinds;
    private readonly ChannelKinds _channelKinds;
    private readonly SecretProtector _protector;
    private readonly ICatalog _catalog;
    private readonly GatewayOptions _options;
    private readonly TimeProvider _time;

    internal ImportTenant(
        ISystemDbFactory system, ITenantDbFactory databases, AgentKinds agentKinds, ChannelKinds channelKinds, SecretProtector protector, ICatalog catalog, GatewayOptions options, TimeProvider time) =>
        (_system, _databases, _agentKinds, _channelKinds, _protector, _catalog, _options, _time) = (system, databases, agentKinds, channelKinds, protector, catalog, options, time);

    /// <summary>
    /// With <paramref name="replace"/>, what is there under the same name is made as the document says (and the settings too); else it is left.
    /// With <paramref name="dryRun"/>, nothing is saved and the report says what would be.
    /// </summary>
    public async Task<AdminResult<ImportReport>> RunAsync(Caller caller, Guid tenant, JsonElement document, bool replace, bool dryRun, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Own);
        if (_catalog.FindTenant(tenant) is not { } model) return AdminResult.NotFound<ImportReport>();
        await using (var system = _system.Create())
            if (await TenantRemoval.IsMarkedAsync(system, tenant, cancellationToken)) return AdminResult.InUse<ImportReport>("This tenant is being deleted.");
        var file = new ImportFile(document, _agentKinds, _channelKinds);
        if (file.Errors.Any) return AdminResult.Invalid<ImportReport>(file.Errors);
        using var turn = await ConfigurationTurns.EnterAsync(tenant, cancellationToken);
        await using var db = _databases.Create(tenant);
        var now = _time.GetUtcNow();
        var import = new ImportChanges(db, await TenantState.LoadAsync(db, cancellationToken), file, replace, _options.Limits, _protector, now);
        await import.PrepareAsync(caller.Name, cancellationToken);
        CheckQuotas(model.Quotas, import);
        if (file.Errors.Any) return AdminResult.Invalid<ImportReport>(file.Errors);
        var report = new ImportReport(dryRun, import.Items, import.Secrets);
        if (dryRun || !db.ChangeTracker.HasChanges()) return AdminResult.Done(report);
        AuditTrail.Note(db, caller with { Tenant = tenant }, now, "tenant.imported", new(tenant, model.Name), after: Told(report));
        if (await Saving.TryAsync<ImportReport>(db, cancellationToken) is { } failure) return failure;
        await _catalog.ReloadAsync(CancellationToken.None);
        return AdminResult.Done(report);
    }

    private static void CheckQuotas(TenantQuotas quotas, ImportChanges import)
    {
        if (import.Made("agent") > 0 && import.State.Agents.Count > quotas.Agents) import.File.Errors.Add("agents", Quotas.Told(quotas.Agents.Value, "agent"));
        if (import.Made("channel") > 0 && import.State.Channels.Count > quotas.Channels) import.File.Errors.Add("channels", Quotas.Told(quotas.Channels.Value, "channel"));
    }

    private static Dictionary<string, List<string>> Told(ImportReport report) =>
        report.Items.Where(i => i.Action is "create" or "change").GroupBy(i => $"{i.Resource}.{i.Action}").ToDictionary(g => g.Key, g => g.Select(i => i.Name).ToList());
}
