using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Administration.Secrets;
using OpenClaw.Gateway.Core.Events.Webhooks;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Protection;

namespace OpenClaw.Gateway.Core.Administration.EventWebhooks;

/// <summary>Makes and changes endpoints for events. What is saved is told of events from the return on.</summary>
public sealed class SaveEventWebhook
{
    /// <summary>More than that a tenant does not have.</summary>
    public const int Most = 20;

    private const int MaxUrl = 2_000;
    private const int ShortestSecret = 24;
    private static readonly string[] Made = [SecretNames.SigningSecret];
    private static readonly string[] Fields = ["name", "url", "types", "enabled", "state", "failingSince", "disabledReason", "secrets"];

    private readonly ITenantDbFactory _databases;
    private readonly SecretProtector _protector;
    private readonly WebhookEndpoints _endpoints;
    private readonly TimeProvider _time;

    internal SaveEventWebhook(ITenantDbFactory databases, SecretProtector protector, WebhookEndpoints endpoints, TimeProvider time) =>
        (_databases, _protector, _endpoints, _time) = (databases, protector, endpoints, time);

    /// <summary>Makes one of <c>{name,url,types,enabled}</c>. Its signing secret is made, unless one is given, and shown in the answer, and never again.</summary>
    public async Task<AdminResult<EventWebhookView>> CreateAsync(Caller caller, JsonElement input, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        using var turn = await ConfigurationTurns.EnterAsync(caller.Tenant, cancellationToken);
        await using var db = _databases.Create(caller.Tenant);
        if (await db.EventWebhooks.CountAsync(cancellationToken) >= Most) return AdminResult.InUse<EventWebhookView>($"There are {Most} event webhooks, as many as a tenant may have. Delete one that is not needed.");
        var now = _time.GetUtcNow();
        var row = new EventWebhook { Id = RowId.New(now), Name = "", Url = "", Enabled = true, CreatedAt = now };
        db.EventWebhooks.Add(row);
        return await SaveAsync(caller, db, row, [], input, cancellationToken);
    }

    /// <summary>Changes one by an RFC 7396 merge patch. With <paramref name="version"/>: only when that is still the present one.</summary>
    public async Task<AdminResult<EventWebhookView>> PatchAsync(Caller caller, Guid webhook, JsonElement patch, int? version = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        using var turn = await ConfigurationTurns.EnterAsync(caller.Tenant, cancellationToken);
        return await Saving.MergingAsync(version, () => PatchOnceAsync(caller, webhook, patch, version, cancellationToken));
    }

    private async Task<AdminResult<EventWebhookView>> PatchOnceAsync(Caller caller, Guid webhook, JsonElement patch, int? version, CancellationToken cancellationToken)
    {
        await using var db = _databases.Create(caller.Tenant);
        if (await db.EventWebhooks.FirstOrDefaultAsync(w => w.Id == webhook, cancellationToken) is not { } row) return AdminResult.NotFound<EventWebhookView>();
        if (version is { } expected && expected != row.Version) return AdminResult.Stale<EventWebhookView>();
        return await SaveAsync(caller, db, row, EventWebhookView.Audited(row), patch, cancellationToken);
    }

    private async Task<AdminResult<EventWebhookView>> SaveAsync(Caller caller, GatewayDbContext db, EventWebhook row, JsonObject present, JsonElement input, CancellationToken cancellationToken)
    {
        var before = row.Version == 0 ? null : EventWebhookView.Audited(row);
        var (wasEnabled, url) = (row.Enabled, row.Url);
        var document = Document.Merge(present, input, Fields);
        await FillAsync(db, row, document, cancellationToken);
        var changes = SecretChanges.Read(input, Made.Contains, (_, value) => value.Length < ShortestSecret ? $"Must have at least {ShortestSecret} characters." : null, document.Errors);
        if (document.Errors.Any) return AdminResult.Invalid<EventWebhookView>(document.Errors);
        if (row.Enabled && (!wasEnabled || url != row.Url)) (row.DisabledReason, row.FailingSince) = (null, null); // its days begin anew
        var now = _time.GetUtcNow();
        var secrets = await db.Secrets.Where(s => s.OwnerId == row.Id).ToListAsync(cancellationToken);
        var made = changes.Apply(db, secrets, new(row.Id, Made, _ => SigningSecrets.Create()), _protector, now);
        (row.Version, row.UpdatedAt) = (row.Version + 1, now);
        AuditTrail.Note(db, caller, now, before is null ? "event-webhook.created" : "event-webhook.changed", new(row.Id, row.Name), before, EventWebhookView.Audited(row));
        if (await Saving.TryAsync<EventWebhookView>(db, cancellationToken) is { } failure) return failure;
        await _endpoints.ReloadAsync(CancellationToken.None);
        return AdminResult.Done(EventWebhookView.Of(row, secrets, made));
    }

    private static async Task FillAsync(GatewayDbContext db, EventWebhook row, Document document, CancellationToken cancellationToken)
    {
        row.Name = document.Name();
        row.Enabled = document.Flag("enabled", absent: true);
        row.Url = document.Text("url")?.Trim() ?? "";
        if (!document.Errors.Within("url") && FaultOf(row.Url) is { } fault) document.Errors.Add("url", fault);
        var types = document.Texts("types", EventTypes.All.Count, 40);
        foreach (var type in types.Where(t => !EventTypes.All.Contains(t)))
            document.Errors.Add("types", $"There is no event type '{type}'. There are: {string.Join(", ", EventTypes.All)}.");
        row.Types = JsonSerializer.Serialize(types);
        await Saving.CheckNameAsync(db.EventWebhooks.Where(w => w.Id != row.Id).Select(w => w.Name), row.Name, "event webhook", document.Errors, cancellationToken);
    }

    /// <summary>What saving would say of that address; null = fine.</summary>
    public static string? FaultOf(string? url)
    {
        if (url is not { Length: > 0 and <= MaxUrl } || !Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
            return $"Must be an address that begins with https:// or http://, of at most {MaxUrl} characters.";
        return uri.UserInfo.Length > 0 ? "Must not contain a user name or password: requests are signed instead." : null;
    }
}
