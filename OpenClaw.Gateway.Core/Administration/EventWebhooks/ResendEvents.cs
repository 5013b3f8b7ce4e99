using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Events.Webhooks;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Administration.EventWebhooks;

/// <summary>Sends events from an endpoint's log again, with the ids that they had: a receiver that has one already finds that it is a duplicate.</summary>
public sealed class ResendEvents
{
    private const int Slice = 500;

    private readonly ITenantDbFactory _databases;
    private readonly Journal _journal;
    private readonly EventSender _sender;
    private readonly TimeProvider _time;

    internal ResendEvents(ITenantDbFactory databases, Journal journal, EventSender sender, TimeProvider time) =>
        (_databases, _journal, _sender, _time) = (databases, journal, sender, time);

    /// <summary>One delivery; one that is on its way is sent now. The attempts begin anew.</summary>
    public async Task<AdminResult<EventsResent>> OneAsync(Caller caller, Guid webhook, Guid delivery, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        await using var db = _databases.Create(caller.Tenant);
        if (await db.EventWebhooks.AsNoTracking().FirstOrDefaultAsync(w => w.Id == webhook, cancellationToken) is not { } endpoint
            || !await db.EventDeliveries.AnyAsync(d => d.Id == delivery && d.WebhookId == webhook, cancellationToken)) return AdminResult.NotFound<EventsResent>();
        await NoteAsync(db, caller, endpoint.Id, endpoint.Name, new() { ["delivery"] = delivery }, cancellationToken);
        var now = _time.GetUtcNow();
        var count = await _journal.WorkAsync(rows => rows.EventDeliveries.Where(d => d.Id == delivery && d.WebhookId == webhook).ExecuteUpdate(set => set
            .SetProperty(d => d.State, EventDeliveryStates.Pending).SetProperty(d => d.NextAt, now).SetProperty(d => d.Attempts, 0)));
        _sender.Hint(webhook);
        return AdminResult.Done(new EventsResent(count));
    }

    /// <summary>All that happened since a time, of one state or of both ends; what is on its way already is left alone. Oldest first.</summary>
    public async Task<AdminResult<EventsResent>> SinceAsync(Caller caller, Guid webhook, DateTimeOffset since, string? state, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        if (state is not (null or EventDeliveryStates.Delivered or EventDeliveryStates.Failed))
        {
            var errors = new FieldErrors();
            errors.Add("state", "Must be delivered or failed; left out, both are sent again.");
            return AdminResult.Invalid<EventsResent>(errors);
        }

        await using var db = _databases.Create(caller.Tenant);
        if (await db.EventWebhooks.AsNoTracking().FirstOrDefaultAsync(w => w.Id == webhook, cancellationToken) is not { } endpoint) return AdminResult.NotFound<EventsResent>();
        await NoteAsync(db, caller, endpoint.Id, endpoint.Name, new() { ["since"] = since.ToUniversalTime(), ["state"] = state }, cancellationToken);
        return AdminResult.Done(new EventsResent(await QueueAsync(webhook, new(state, Since: since))));
    }

    private async Task<int> QueueAsync(Guid webhook, EventDeliveryFilter filter)
    {
        var (count, slice, last, now) = (0, 0, Guid.Empty, _time.GetUtcNow());
        do
        {
            (slice, last) = await _journal.WorkAsync(rows =>
            {
                var ended = EventWebhookQueries.Narrow(rows.EventDeliveries.Where(d => d.WebhookId == webhook && d.NextAt == null && d.Id > last), filter);
                var ids = ended.OrderBy(d => d.Id).Take(Slice).Select(d => d.Id).ToList();
                rows.EventDeliveries.Where(d => ids.Contains(d.Id)).ExecuteUpdate(set => set
                    .SetProperty(d => d.State, EventDeliveryStates.Pending).SetProperty(d => d.NextAt, now).SetProperty(d => d.Attempts, 0));
                return (ids.Count, ids.Count == 0 ? last : ids[^1]);
            });
            now = now.AddTicks(TimeSpan.TicksPerMicrosecond); // the next slice behind this one
            count += slice;
        }
        while (slice == Slice);
        _sender.Hint(webhook);
        return count;
    }

    private async Task NoteAsync(GatewayDbContext db, Caller caller, Guid webhook, string name, JsonObject what, CancellationToken cancellationToken)
    {
        AuditTrail.Note(db, caller, _time.GetUtcNow(), "event-webhook.resent", new(webhook, name), after: what);
        await db.SaveChangesAsync(cancellationToken);
    }
}
