using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Events.Webhooks;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.EventWebhooks;

/// <summary>Switches an endpoint off that does not want events any more, or has taken none for days.</summary>
internal sealed partial class EventWebhookSwitch(ITenantDbFactory databases, WebhookEndpoints endpoints, TimeProvider time, ILogger<EventWebhookSwitch> log) : IEventWebhookSwitch
{
    private const int MaxReason = 1_000;

    /// <inheritdoc />
    public async Task DisableAsync(Guid tenant, Guid webhook, string reason, CancellationToken cancellationToken)
    {
        using var turn = await ConfigurationTurns.EnterAsync(tenant, cancellationToken);
        await using var db = databases.Create(tenant);
        if (await db.EventWebhooks.FirstOrDefaultAsync(w => w.Id == webhook, cancellationToken) is not { Enabled: true } row) return;
        var (before, now) = (EventWebhookView.Audited(row), time.GetUtcNow());
        (row.Enabled, row.DisabledReason) = (false, reason.Length > MaxReason ? reason[..MaxReason] : reason);
        (row.Version, row.UpdatedAt) = (row.Version + 1, now);
        AuditTrail.Note(db, Caller.System(tenant), now, "event-webhook.disabled", new(row.Id, row.Name), before, EventWebhookView.Audited(row));
        await db.SaveChangesAsync(cancellationToken);
        await endpoints.ReloadAsync(CancellationToken.None);
        LogDisabled(webhook, tenant, row.FailingSince);
    }

    [LoggerMessage(3131, LogLevel.Warning, "Event webhook {Webhook} of tenant {Tenant} was switched off by the gateway; it failed since {Since}. Its page says why")]
    private partial void LogDisabled(Guid webhook, Guid tenant, DateTimeOffset? since);
}
