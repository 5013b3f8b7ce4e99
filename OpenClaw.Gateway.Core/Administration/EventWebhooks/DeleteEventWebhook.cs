using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Events.Webhooks;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Administration.EventWebhooks;

/// <summary>Removes an endpoint with its secret and its log.</summary>
public sealed class DeleteEventWebhook
{
    private const int Slice = 500;

    /// <summary>Removed at once; the rest of a long log goes with the nightly clearing.</summary>
    private const int AtOnce = 10_000;

    private readonly ITenantDbFactory _databases;
    private readonly WebhookEndpoints _endpoints;
    private readonly Journal _journal;
    private readonly TimeProvider _time;

    internal DeleteEventWebhook(ITenantDbFactory databases, WebhookEndpoints endpoints, Journal journal, TimeProvider time) =>
        (_databases, _endpoints, _journal, _time) = (databases, endpoints, journal, time);

    /// <summary>Done, not found, or (with <paramref name="version"/>) stale. What was on its way is not sent any more.</summary>
    public async Task<AdminResult<Guid>> RunAsync(Caller caller, Guid webhook, int? version = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        using var turn = await ConfigurationTurns.EnterAsync(caller.Tenant, cancellationToken);
        await using var db = _databases.Create(caller.Tenant);
        if (await db.EventWebhooks.FirstOrDefaultAsync(w => w.Id == webhook, cancellationToken) is not { } row) return AdminResult.NotFound<Guid>();
        if (version is { } expected && expected != row.Version) return AdminResult.Stale<Guid>();
        AuditTrail.Note(db, caller, _time.GetUtcNow(), "event-webhook.deleted", new(row.Id, row.Name), before: EventWebhookView.Audited(row));
        db.Secrets.RemoveRange(await db.Secrets.Where(s => s.OwnerId == webhook).ToListAsync(cancellationToken));
        db.EventWebhooks.Remove(row);
        if (await Saving.TryAsync<Guid>(db, cancellationToken) is { } failure) return failure;
        await _endpoints.ReloadAsync(CancellationToken.None);
        await ClearAsync(webhook);
        return AdminResult.Done(webhook);
    }

    /// <summary>In the journal's order: behind the last group that still told the endpoint of something.</summary>
    private async Task ClearAsync(Guid webhook)
    {
        for (var removed = 0; removed < AtOnce; removed += Slice)
            if (await _journal.WorkAsync(rows => rows.EventDeliveries.Where(d => d.WebhookId == webhook).Take(Slice).ExecuteDelete()) < Slice) return;
    }
}
