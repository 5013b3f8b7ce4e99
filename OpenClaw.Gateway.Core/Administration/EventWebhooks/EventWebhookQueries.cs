using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.Secrets;
using OpenClaw.Gateway.Core.Events.Webhooks;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.EventWebhooks;

/// <summary>What a list of deliveries is narrowed to; what is null does not narrow.</summary>
/// <param name="State">One of <see cref="Abstractions.EventDeliveryStates"/>.</param>
/// <param name="Type">One of <see cref="Abstractions.EventTypes"/>.</param>
/// <param name="Since">Happened at or after that time.</param>
public sealed record EventDeliveryFilter(string? State = null, string? Type = null, DateTimeOffset? Since = null);

/// <summary>Reads endpoints for events, and their logs.</summary>
public sealed class EventWebhookQueries(ITenantDbFactory databases)
{
    /// <summary>Endpoints, newest first.</summary>
    public async Task<Page<EventWebhookView>> ListAsync(Guid tenant, PageRequest page, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        var query = db.EventWebhooks.AsNoTracking();
        if (Cursor.Parse(page.After) is { Id: var last }) query = query.Where(w => w.Id < last);
        var rows = await query.OrderByDescending(w => w.Id).Take(page.Size + 1).ToListAsync(cancellationToken);
        var more = rows.Count > page.Size;
        if (more) rows.RemoveAt(page.Size);
        var secrets = await SecretViews.LoadAsync(db, [.. rows.Select(r => r.Id)], cancellationToken);
        return new([.. rows.Select(r => EventWebhookView.Of(r, secrets[r.Id]))], more ? new Cursor(0, rows[^1].Id).ToString() : null);
    }

    /// <summary>One endpoint, or null when the tenant has none of that id.</summary>
    public async Task<EventWebhookView?> GetAsync(Guid tenant, Guid webhook, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        var row = await db.EventWebhooks.AsNoTracking().FirstOrDefaultAsync(w => w.Id == webhook, cancellationToken);
        if (row is null) return null;
        return EventWebhookView.Of(row, (await SecretViews.LoadAsync(db, [row.Id], cancellationToken))[row.Id]);
    }

    /// <summary>An endpoint's deliveries, newest event first, without their bodies. Null when the tenant has no such endpoint.</summary>
    public async Task<Page<EventDeliveryView>?> DeliveriesAsync(Guid tenant, Guid webhook, EventDeliveryFilter filter, PageRequest page, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var db = databases.Create(tenant);
        if (!await db.EventWebhooks.AnyAsync(w => w.Id == webhook, cancellationToken)) return null;
        var query = Narrow(db.EventDeliveries.AsNoTracking().Where(d => d.WebhookId == webhook), filter);
        if (Cursor.Parse(page.After) is { Id: var last }) query = query.Where(d => d.Id < last);
        var rows = await query.OrderByDescending(d => d.Id).Take(page.Size + 1).ToListAsync(cancellationToken);
        var more = rows.Count > page.Size;
        if (more) rows.RemoveAt(page.Size);
        return new([.. rows.Select(r => EventDeliveryView.Of(r))], more ? new Cursor(0, rows[^1].Id).ToString() : null);
    }

    /// <summary>One delivery with its body, or null.</summary>
    public async Task<EventDeliveryView?> DeliveryAsync(Guid tenant, Guid webhook, Guid delivery, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        var row = await db.EventDeliveries.AsNoTracking().FirstOrDefaultAsync(d => d.Id == delivery && d.WebhookId == webhook, cancellationToken);
        return row is null ? null : EventDeliveryView.Of(row, withBody: true);
    }

    /// <summary>How many deliveries a resend would take. Null when the tenant has no such endpoint.</summary>
    public async Task<int?> CountAsync(Guid tenant, Guid webhook, EventDeliveryFilter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var db = databases.Create(tenant);
        if (!await db.EventWebhooks.AnyAsync(w => w.Id == webhook, cancellationToken)) return null;
        return await Narrow(db.EventDeliveries.Where(d => d.WebhookId == webhook && d.NextAt == null), filter).CountAsync(cancellationToken);
    }

    /// <summary>The deliveries' keys are made of the time, so that a time is a place in the index.</summary>
    internal static IQueryable<EventDelivery> Narrow(IQueryable<EventDelivery> deliveries, EventDeliveryFilter filter)
    {
        if (!string.IsNullOrEmpty(filter.State)) deliveries = deliveries.Where(d => d.State == filter.State);
        if (!string.IsNullOrEmpty(filter.Type)) deliveries = deliveries.Where(d => d.Type == filter.Type);
        if (filter.Since is { } since)
        {
            var first = EventLog.FirstIdAt(since);
            deliveries = deliveries.Where(d => d.Id >= first);
        }

        return deliveries;
    }
}
