using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Conversations;

/// <summary>What other systems said of replies after their platforms had taken them.</summary>
internal sealed class DeliveryReports
{
    private const int Most = 500;
    private const int MostOfSession = 10_000;
    private const int MostOfOne = 20;
    private readonly ILookup<Guid, DeliveryReport> _rows;

    private DeliveryReports(ILookup<Guid, DeliveryReport> rows) => _rows = rows;

    /// <summary>Reads what there is of the replies among these entries; one look, none where there is no reply.</summary>
    public static async Task<DeliveryReports> ReadAsync(GatewayDbContext db, IEnumerable<Message> entries, CancellationToken cancellationToken)
    {
        var ids = entries.Where(e => e.From != MessageFrom.User).Select(e => e.Id).ToList();
        var rows = ids.Count == 0 ? [] : await db.DeliveryReports.AsNoTracking().Where(r => ids.Contains(r.ReplyId)).OrderByDescending(r => r.Id).Take(Most).ToListAsync(cancellationToken);
        rows.Reverse();
        return new(rows.ToLookup(r => r.ReplyId));
    }

    /// <summary>All of a session.</summary>
    public static async Task<DeliveryReports> OfSessionAsync(GatewayDbContext db, Guid session, CancellationToken cancellationToken) =>
        new((await db.DeliveryReports.AsNoTracking().Where(r => r.SessionId == session).OrderBy(r => r.Id).Take(MostOfSession).ToListAsync(cancellationToken)).ToLookup(r => r.ReplyId));

    /// <summary>Of one reply, oldest first; null where there are none.</summary>
    public IReadOnlyList<DeliveryReportView>? Of(Guid reply) =>
        _rows.Contains(reply) ? [.. _rows[reply].TakeLast(MostOfOne).Select(r => new DeliveryReportView(r.Recipient, Name(r.Verdict), r.Status, r.Detail, r.At))] : null;

    /// <summary>The views with what there is of each.</summary>
    public IReadOnlyList<MessageView> Over(IEnumerable<MessageView> views) => [.. views.Select(v => With(v))];

    /// <summary>A view with what there is of it.</summary>
    public MessageView With(MessageView view) => Of(view.Id) is { } reports ? view with { Reports = reports } : view;

    private static string Name(DeliveryVerdict verdict) => verdict == DeliveryVerdict.AutoReply ? "auto_reply" : Names.Of(verdict);
}
