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

namespace OpenClaw.Gateway.Core.Administration.Channels;

/// <summary>Makes and changes channels. The input is the contract's JSON; what is saved works in the running gateway at return.</summary>
public sealed class SaveChannel
{
    private static readonly string[] Fields = ["kind", "name", "enabled", "agent", "settings", "secrets"];

    private readonly ITenantDbFactory _databases;
    private readonly ChannelKinds _kinds;
    private readonly SecretProtector _protector;
    private readonly ICatalog _catalog;
    private readonly TimeProvider _time;

    internal SaveChannel(ITenantDbFactory databases, ChannelKinds kinds, SecretProtector protector, ICatalog catalog, TimeProvider time) =>
        (_databases, _kinds, _protector, _catalog, _time) = (databases, kinds, protector, catalog, time);

    /// <summary>Makes one. Secrets that the gateway makes are shown in the answer, and never again.</summary>
    public async Task<AdminResult<ChannelView>> CreateAsync(Caller caller, JsonElement input, CancellationToken cancellationToken = default)
    {
        Check(caller);
        using var turn = await ConfigurationTurns.EnterAsync(caller.Tenant, cancellationToken);
        await using var db = _databases.Create(caller.Tenant);
        if (await Quotas.ChannelsAsync(_catalog, db, caller.Tenant, cancellationToken) is { } full) return AdminResult.InUse<ChannelView>(full);
        var now = _time.GetUtcNow();
        var row = new Channel { Id = RowId.New(now), Kind = "", Name = "", Enabled = true, CreatedAt = now, Version = 0 };
        db.Channels.Add(row);
        return await SaveAsync(caller, db, row, new JsonObject { ["enabled"] = true, ["settings"] = new JsonObject() }, input, cancellationToken);
    }

    /// <summary>Changes one by an RFC 7396 merge patch. With <paramref name="version"/>: only when that is still the present one.</summary>
    public async Task<AdminResult<ChannelView>> PatchAsync(Caller caller, Guid channel, JsonElement patch, int? version = null, CancellationToken cancellationToken = default)
    {
        Check(caller);
        using var turn = await ConfigurationTurns.EnterAsync(caller.Tenant, cancellationToken);
        return await Saving.MergingAsync(version, () => PatchOnceAsync(caller, channel, patch, version, cancellationToken));
    }

    /// <summary>What would be saved, as the running gateway would see it. Saves nothing; secrets that the gateway would make are made for nobody.</summary>
    internal async Task<AdminResult<ChannelModel>> DraftAsync(Caller caller, Guid? channel, JsonElement input, CancellationToken cancellationToken)
    {
        Check(caller);
        if (_catalog.FindTenant(caller.Tenant) is not { } tenant) return AdminResult.NotFound<ChannelModel>();
        await using var db = _databases.Create(caller.Tenant);
        var row = channel is { } id ? await db.Channels.AsNoTracking().FirstOrDefaultAsync(c => c.Id == id, cancellationToken) : new Channel { Id = Guid.NewGuid(), Kind = "", Name = "", Enabled = true };
        if (row is null) return AdminResult.NotFound<ChannelModel>();
        var present = channel is null ? new JsonObject { ["enabled"] = true, ["settings"] = new JsonObject() } : Present(row);
        var document = Document.Merge(present, input, Fields);
        var kind = await FillAsync(db, row, document, cancellationToken);
        var changes = Read(input, kind, document);
        if (document.Errors.Any || kind is null) return AdminResult.Invalid<ChannelModel>(document.Errors);
        var secrets = changes.Over(_catalog.FindChannel(row.Id)?.Secrets, new(row.Id, kind.MadeSecrets, kind.MakeSecret));
        return AdminResult.Done(CatalogBuilder.ModelOf(row, tenant, secrets));
    }

    private async Task<AdminResult<ChannelView>> PatchOnceAsync(Caller caller, Guid channel, JsonElement patch, int? version, CancellationToken cancellationToken)
    {
        await using var db = _databases.Create(caller.Tenant);
        var row = await db.Channels.FirstOrDefaultAsync(c => c.Id == channel, cancellationToken);
        if (row is null) return AdminResult.NotFound<ChannelView>();
        if (version is { } expected && expected != row.Version) return AdminResult.Stale<ChannelView>();
        return await SaveAsync(caller, db, row, Present(row), patch, cancellationToken);
    }

    private async Task<AdminResult<ChannelView>> SaveAsync(Caller caller, GatewayDbContext db, Channel row, JsonObject present, JsonElement input, CancellationToken cancellationToken)
    {
        var secrets = await db.Secrets.Where(s => s.OwnerId == row.Id).ToListAsync(cancellationToken);
        var before = row.Version == 0 ? null : ChannelView.Of(row, secrets, _kinds);
        var document = Document.Merge(present, input, Fields);
        var kind = await FillAsync(db, row, document, cancellationToken);
        var changes = Read(input, kind, document);
        if (document.Errors.Any || kind is null) return AdminResult.Invalid<ChannelView>(document.Errors);
        var now = _time.GetUtcNow();
        if (TakeAccount(db, row, kind, changes) is { } taken)
        {
            document.Errors.Add(kind.Secrets.Count > 0 ? $"secrets.{kind.Secrets[0]}" : "settings", taken);
            return AdminResult.Invalid<ChannelView>(document.Errors);
        }

        var made = changes.Apply(db, secrets, new(row.Id, kind.MadeSecrets, kind.MakeSecret), _protector, now);
        (row.Version, row.UpdatedAt) = (row.Version + 1, now);
        AuditTrail.Note(db, caller, now, before is null ? "channel.created" : "channel.changed", new(row.Id, row.Name), before, ChannelView.Of(row, secrets, _kinds));
        if (await Saving.TryAsync<ChannelView>(db, cancellationToken) is { } failure) return failure;
        await _catalog.ReloadAsync(CancellationToken.None);
        return AdminResult.Done(ChannelView.Of(row, secrets, _kinds, made));
    }

    private async Task<IChannelKind?> FillAsync(GatewayDbContext db, Channel row, Document document, CancellationToken cancellationToken)
    {
        var kind = Kind(row, document);
        row.Name = document.Name();
        row.Enabled = document.Flag("enabled", absent: true);
        row.AgentId = document.Id("agent");
        if (row.AgentId is { } agent && !await db.Agents.AnyAsync(a => a.Id == agent, cancellationToken)) document.Errors.Add("agent", "There is no such agent.");
        await Saving.CheckNameAsync(db.Channels.Where(c => c.Id != row.Id).Select(c => c.Name), row.Name, "channel", document.Errors, cancellationToken);
        var settings = document.Object("settings");
        if (kind is not null)
        {
            SettingsCheck.Check(settings, ChannelKinds.Specs(kind), "settings", closed: true, document.Errors);
            if (!document.Errors.Within("settings")) foreach (var (field, message) in kind.Validate(settings)) document.Errors.Add(field, message);
        }
        row.Settings = document.Saved("settings");
        return kind;
    }

    /// <summary>An account of a platform belongs to one channel of the whole installation: two that read along would answer twice. Says what is in the way.</summary>
    private string? TakeAccount(GatewayDbContext db, Channel row, IChannelKind kind, SecretChanges changes)
    {
        var secrets = changes.Over(_catalog.FindChannel(row.Id)?.Secrets, new(row.Id, [], kind.MakeSecret));
        row.Account = kind.AccountOf(JsonElement.Parse(row.Settings), secrets);
        if (row.Account is not { } account) return null;
        var others = _catalog.Channels.Where(c => c.Id != row.Id && c.Kind == row.Kind && kind.AccountOf(c.Settings, c.Secrets) == account).ToList();
        if (others.Find(c => c.Tenant.Id == db.TenantId) is { } own) return $"This account is used by the channel '{own.Name}' already. Two channels cannot share one: give this one an account of its own, or delete the other.";
        return others.Count > 0 ? "This account is used by a channel of another tenant of this installation. Two channels cannot share one: make an account of your own." : null;
    }

    private static JsonObject Present(Channel row) => new()
    {
        ["kind"] = row.Kind, ["name"] = row.Name, ["enabled"] = row.Enabled, ["agent"] = row.AgentId, ["settings"] = JsonNode.Parse(row.Settings),
    };

    private static SecretChanges Read(JsonElement input, IChannelKind? kind, Document document) =>
        SecretChanges.Read(input, name => kind is not null && kind.Secrets.Contains(name), (name, value) => kind?.CheckSecret(name, value), document.Errors);

    private static Caller Check(Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        return caller;
    }

    private IChannelKind? Kind(Channel row, Document document)
    {
        if (document.Text("kind") is not { } name) return null;
        if (row.Kind.Length > 0 && name != row.Kind)
        {
            document.Errors.Add("kind", "A channel's kind cannot be changed; make another channel.");
            return _kinds.Find(row.Kind);
        }
        var kind = _kinds.Find(name);
        if (kind is null) document.Errors.Add("kind", $"This gateway has no channel kind '{name}'. There are: {string.Join(", ", _kinds.All.Select(k => k.Kind))}.");
        else row.Kind = name;
        return kind;
    }
}
