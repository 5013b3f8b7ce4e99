using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Conversations;

/// <summary>What became of replies on their platforms, with their attempts.</summary>
internal sealed class DeliveryViews
{
    private const int MostAttempts = 100;
    private readonly Dictionary<long, Storage.Entities.Delivery> _deliveries;
    private readonly ILookup<Guid, Attempt> _attempts;
    private readonly DeliveryReports _reports;

    private DeliveryViews(Dictionary<long, Storage.Entities.Delivery> deliveries, ILookup<Guid, Attempt> attempts, DeliveryReports reports) =>
        (_deliveries, _attempts, _reports) = (deliveries, attempts, reports);

    /// <summary>Reads what there is of these replies. What a socket took has nothing, and costs one look.</summary>
    public static async Task<DeliveryViews> ReadAsync(GatewayDbContext db, IReadOnlyCollection<Message> replies, CancellationToken cancellationToken)
    {
        var positions = replies.Select(r => r.Position).ToList();
        var deliveries = positions.Count == 0 ? [] : await db.Deliveries.AsNoTracking().Where(d => positions.Contains(d.Position)).ToDictionaryAsync(d => d.Position, cancellationToken);
        var ids = deliveries.Values.Where(d => d.Attempts > 0).Select(d => d.MessageId).ToList();
        var attempts = ids.Count == 0 ? [] : await db.Attempts.AsNoTracking().Where(a => ids.Contains(a.MessageId)).OrderByDescending(a => a.Id).Take(MostAttempts).ToListAsync(cancellationToken);
        attempts.Reverse();
        return new(deliveries, attempts.ToLookup(a => a.MessageId), await DeliveryReports.ReadAsync(db, replies, cancellationToken));
    }

    public DeliveryView Of(Message reply) => Sent(reply) with { Reports = _reports.Of(reply.Id) };

    /// <summary>What other systems said of an entry; null where none did.</summary>
    public IReadOnlyList<DeliveryReportView>? ReportsOf(Guid entry) => _reports.Of(entry);

    private DeliveryView Sent(Message reply) => _deliveries.TryGetValue(reply.Position, out var delivery)
        ? MessageViews.Delivery(reply) with
        {
            Parts = Math.Max(1, PartsIn(delivery.Parts)),
            Attempts = delivery.Attempts,
            PossibleDuplicate = delivery.PossibleDuplicate,
            Error = delivery.Error,
            NextAt = delivery.NextAt,
            Failures = [.. _attempts[reply.Id].Select(a => new DeliveryAttemptView(a.Number, a.StartedAt, a.EndedAt, Names.Of(a.Kind), a.Cause, a.Detail, a.NextAt))],
        }
        : MessageViews.Delivery(reply);

    private static int PartsIn(string json)
    {
        using var parts = JsonDocument.Parse(json);
        return parts.RootElement.ValueKind == JsonValueKind.Array ? parts.RootElement.GetArrayLength() : 0;
    }
}
