using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Administration.Secrets;
using OpenClaw.Gateway.Core.Administration.Tenants;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Protection;
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Gateway.Core.Administration.Agents;

/// <summary>Makes and changes agents. The input is the contract's JSON; what is saved works in the running gateway at return.</summary>
public sealed class SaveAgent
{
    private static readonly string[] Fields = ["kind", "name", "enabled", "settings", "secrets", "intents", "maxConcurrency", "weight"];
    private readonly ITenantDbFactory _databases;
    private readonly AgentKinds _kinds;
    private readonly SecretProtector _protector;
    private readonly ICatalog _catalog;
    private readonly TimeProvider _time;

    internal SaveAgent(ITenantDbFactory databases, AgentKinds kinds, SecretProtector protector, ICatalog catalog, TimeProvider time) =>
        (_databases, _kinds, _protector, _catalog, _time) = (databases, kinds, protector, catalog, time);

    /// <summary>Makes one. Secrets that the gateway makes are shown in the answer, and never again.</summary>
    public async Task<AdminResult<AgentView>> CreateAsync(Caller caller, JsonElement input, CancellationToken cancellationToken = default)
    {
        Check(caller);
        using var turn = await ConfigurationTurns.EnterAsync(caller.Tenant, cancellationToken);
        await using var db = _databases.Create(caller.Tenant);
        if (await Quotas.AgentsAsync(_catalog, db, caller.Tenant, cancellationToken) is { } full) return AdminResult.InUse<AgentView>(full);
        var now = _time.GetUtcNow();
        var row = new Agent { Id = RowId.New(now), Kind = "", Name = "", Enabled = true, CreatedAt = now };
        db.Agents.Add(row);
        return await SaveAsync(caller, db, row, new JsonObject { ["enabled"] = true, ["settings"] = new JsonObject() }, input, cancellationToken);
    }

    /// <summary>Changes one by an RFC 7396 merge patch. With <paramref name="version"/>: only when that is still the present one.</summary>
    public async Task<AdminResult<AgentView>> PatchAsync(Caller caller, Guid agent, JsonElement patch, int? version = null, CancellationToken cancellationToken = default)
    {
        Check(caller);
        using var turn = await ConfigurationTurns.EnterAsync(caller.Tenant, cancellationToken);
        return await Saving.MergingAsync(version, () => PatchOnceAsync(caller, agent, patch, version, cancellationToken));
    }

    /// <summary>What would be saved, as the running gateway would see it. Saves nothing; secrets that the gateway would make are made for nobody.</summary>
    internal async Task<AdminResult<AgentModel>> DraftAsync(Caller caller, Guid? agent, JsonElement input, CancellationToken cancellationToken)
    {
        Check(caller);
        if (_catalog.FindTenant(caller.Tenant) is not { } tenant) return AdminResult.NotFound<AgentModel>();
        await using var db = _databases.Create(caller.Tenant);
        var row = agent is { } id ? await db.Agents.AsNoTracking().FirstOrDefaultAsync(a => a.Id == id, cancellationToken) : new Agent { Id = Guid.NewGuid(), Kind = "", Name = "", Enabled = true };
        if (row is null) return AdminResult.NotFound<AgentModel>();
        var document = Document.Merge(agent is null ? new JsonObject { ["enabled"] = true, ["settings"] = new JsonObject() } : Present(row), input, Fields);
        var kind = await FillAsync(db, row, document, cancellationToken);
        var changes = SecretChanges.Read(input, name => kind is not null && kind.IsSecret(name), (name, value) => kind?.CheckSecret(name, value), document.Errors);
        if (document.Errors.Any || kind is null) return AdminResult.Invalid<AgentModel>(document.Errors);
        return AdminResult.Done(CatalogBuilder.ModelOf(row, tenant, changes.Over(_catalog.FindAgent(row.Id)?.Secrets, new(row.Id, kind.MadeSecrets, kind.MakeSecret))));
    }

    private static JsonObject Present(Agent row) => new()
    {
        ["kind"] = row.Kind, ["name"] = row.Name, ["enabled"] = row.Enabled, ["settings"] = JsonNode.Parse(row.Settings),
        ["intents"] = JsonNode.Parse(row.Intents), ["maxConcurrency"] = row.MaxConcurrency, ["weight"] = row.Weight,
    };

    private async Task<AdminResult<AgentView>> PatchOnceAsync(Caller caller, Guid agent, JsonElement patch, int? version, CancellationToken cancellationToken)
    {
        await using var db = _databases.Create(caller.Tenant);
        var row = await db.Agents.FirstOrDefaultAsync(a => a.Id == agent, cancellationToken);
        if (row is null) return AdminResult.NotFound<AgentView>();
        if (version is { } expected && expected != row.Version) return AdminResult.Stale<AgentView>();
        return await SaveAsync(caller, db, row, Present(row), patch, cancellationToken);
    }

    private async Task<AdminResult<AgentView>> SaveAsync(Caller caller, GatewayDbContext db, Agent row, JsonObject present, JsonElement input, CancellationToken cancellationToken)
    {
        var secrets = await db.Secrets.Where(s => s.OwnerId == row.Id).ToListAsync(cancellationToken);
        var before = row.Version == 0 ? null : AgentView.Of(row, secrets, _kinds);
        var document = Document.Merge(present, input, Fields);
        var kind = await FillAsync(db, row, document, cancellationToken);
        var changes = SecretChanges.Read(input, name => kind is not null && kind.IsSecret(name), (name, value) => kind?.CheckSecret(name, value), document.Errors);
        if (document.Errors.Any || kind is null) return AdminResult.Invalid<AgentView>(document.Errors);
        var now = _time.GetUtcNow();
        var made = changes.Apply(db, secrets, new(row.Id, kind.MadeSecrets, kind.MakeSecret), _protector, now);
        (row.Version, row.UpdatedAt) = (row.Version + 1, now);
        AuditTrail.Note(db, caller, now, before is null ? "agent.created" : "agent.changed", new(row.Id, row.Name), before, AgentView.Of(row, secrets, _kinds));
        if (await Saving.TryAsync<AgentView>(db, cancellationToken) is { } failure) return failure;
        await _catalog.ReloadAsync(CancellationToken.None);
        return AdminResult.Done(AgentView.Of(row, secrets, _kinds, made));
    }

    private async Task<IAgentKind?> FillAsync(GatewayDbContext db, Agent row, Document document, CancellationToken cancellationToken)
    {
        var kind = Kind(row, document);
        var former = row.Name;
        row.Name = document.Name();
        row.Enabled = document.Flag("enabled", absent: true);
        row.Intents = JsonSerializer.Serialize(document.Texts("intents", maxItems: 200, maxLength: 80));
        row.MaxConcurrency = document.Number("maxConcurrency", absent: 16, 1, 10_000);
        row.Weight = document.Number("weight", absent: 1, 0, 1_000);
        await Saving.CheckNameAsync(db.Agents.Where(a => a.Id != row.Id).Select(a => a.Name), row.Name, "agent", document.Errors, cancellationToken);
        if (row.Name != former && NameRule.FaultOf(row.Name) is null) await Saving.CheckCallNameAsync(db.Pools.Select(p => p.Name), row.Name, "pool", document.Errors, cancellationToken);
        var settings = document.Object("settings");
        if (kind is not null)
        {
            SettingsCheck.Check(settings, AgentKinds.Specs(kind), "settings", closed: kind.Settings.Count > 0, document.Errors);
            if (!document.Errors.Within("settings")) foreach (var (field, message) in kind.Validate(settings)) document.Errors.Add(field, message);
        }
        row.Settings = document.Saved("settings");
        return kind;
    }

    private static Caller Check(Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        return caller;
    }

    private IAgentKind? Kind(Agent row, Document document)
    {
        if (document.Text("kind") is not { } name) return null;
        if (row.Kind.Length > 0 && name != row.Kind)
        {
            document.Errors.Add("kind", "An agent's kind cannot be changed; make another agent.");
            return _kinds.Find(row.Kind);
        }
        var kind = _kinds.Find(name);
        if (kind is null) document.Errors.Add("kind", $"This gateway has no agent kind '{name}'. There are: {string.Join(", ", _kinds.All.Select(k => k.Kind))}.");
        else row.Kind = name;
        return kind;
    }
}
