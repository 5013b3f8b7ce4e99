using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Agents;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Events.Webhooks;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Protection;

namespace OpenClaw.Gateway.Core.Administration.Secrets;

/// <summary>Puts a fresh value in place of a secret that the gateway makes; the former one holds for some hours more.</summary>
public sealed class RotateSecret
{
    /// <summary>A month.</summary>
    public const double MaxOverlapHours = 744;

    private const string EventWebhook = "event-webhook";
    private static readonly string[] MadeOfEventWebhooks = [SecretNames.SigningSecret];

    private readonly ITenantDbFactory _databases;
    private readonly ChannelKinds _channels;
    private readonly AgentKinds _agents;
    private readonly SecretProtector _protector;
    private readonly ICatalog _catalog;
    private readonly WebhookEndpoints _endpoints;
    private readonly TimeProvider _time;

    internal RotateSecret(ITenantDbFactory databases, ChannelKinds channels, AgentKinds agents, SecretProtector protector, ICatalog catalog, WebhookEndpoints endpoints, TimeProvider time) =>
        (_databases, _channels, _agents, _protector, _catalog, _endpoints, _time) = (databases, channels, agents, protector, catalog, endpoints, time);

    /// <summary>Rotates a channel's secret.</summary>
    public async Task<AdminResult<SecretView>> OfChannelAsync(Caller caller, Guid channel, string name, double overlapHours, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        await using var db = _databases.Create(caller.Tenant);
        var row = await db.Channels.FirstOrDefaultAsync(c => c.Id == channel, cancellationToken);
        if (row is null || _channels.Find(row.Kind) is not { } kind || !kind.MadeSecrets.Contains(name)) return AdminResult.NotFound<SecretView>();
        (row.Version, row.UpdatedAt) = (row.Version + 1, _time.GetUtcNow());
        return await RotateAsync(db, caller, new("channel", row.Name), new(channel, kind.MadeSecrets, kind.MakeSecret), name, overlapHours, cancellationToken);
    }

    /// <summary>Rotates an agent's secret.</summary>
    public async Task<AdminResult<SecretView>> OfAgentAsync(Caller caller, Guid agent, string name, double overlapHours, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        await using var db = _databases.Create(caller.Tenant);
        var row = await db.Agents.FirstOrDefaultAsync(a => a.Id == agent, cancellationToken);
        if (row is null || _agents.Find(row.Kind) is not { } kind || !kind.MadeSecrets.Contains(name)) return AdminResult.NotFound<SecretView>();
        (row.Version, row.UpdatedAt) = (row.Version + 1, _time.GetUtcNow());
        return await RotateAsync(db, caller, new("agent", row.Name), new(agent, kind.MadeSecrets, kind.MakeSecret), name, overlapHours, cancellationToken);
    }

    /// <summary>Rotates the secret of an endpoint for events.</summary>
    public async Task<AdminResult<SecretView>> OfEventWebhookAsync(Caller caller, Guid webhook, string name, double overlapHours, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        await using var db = _databases.Create(caller.Tenant);
        var row = await db.EventWebhooks.FirstOrDefaultAsync(w => w.Id == webhook, cancellationToken);
        if (row is null || !MadeOfEventWebhooks.Contains(name)) return AdminResult.NotFound<SecretView>();
        (row.Version, row.UpdatedAt) = (row.Version + 1, _time.GetUtcNow());
        return await RotateAsync(db, caller, new(EventWebhook, row.Name), new(webhook, MadeOfEventWebhooks, _ => SigningSecrets.Create()), name, overlapHours, cancellationToken);
    }

    private async Task<AdminResult<SecretView>> RotateAsync(GatewayDbContext db, Caller caller, Named named, SecretOwner owner, string name, double overlapHours, CancellationToken cancellationToken)
    {
        if (overlapHours is not (>= 0 and <= MaxOverlapHours))
        {
            var errors = new FieldErrors();
            errors.Add("overlapHours", $"Must be a number from 0 to {MaxOverlapHours}.");
            return AdminResult.Invalid<SecretView>(errors);
        }
        var now = _time.GetUtcNow();
        var until = now.AddHours(overlapHours);
        var value = owner.Make(name);
        var row = await db.Secrets.FirstOrDefaultAsync(s => s.OwnerId == owner.Id && s.Name == name, cancellationToken);
        var former = row is null ? null : _protector.Unprotect(row).Value;
        if (row is null) db.Secrets.Add(row = new() { Id = RowId.New(now), OwnerId = owner.Id, Name = name, Protected = "" });
        (row.Protected, row.UpdatedAt) = (_protector.Protect(owner.Id, name, overlapHours > 0 ? new(value, former, until) : new(value)), now);
        AuditTrail.Note(db, caller, now, $"{named.Resource}.secret-rotated", new(owner.Id, named.Name), after: new JsonObject { ["secret"] = name, ["overlapHours"] = overlapHours });
        if (await Saving.TryAsync<SecretView>(db, cancellationToken) is { } failure) return failure;
        if (named.Resource == EventWebhook) await _endpoints.ReloadAsync(CancellationToken.None);
        else await _catalog.ReloadAsync(CancellationToken.None);
        return AdminResult.Done(new SecretView(true, now, value) { PreviousUntil = former is null || overlapHours == 0 ? null : until });
    }

    private readonly record struct Named(string Resource, string Name);
}
