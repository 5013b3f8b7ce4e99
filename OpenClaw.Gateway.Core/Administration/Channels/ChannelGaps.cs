using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Channels;

/// <summary>
/// A time in which messages of a channel may have been missed. <c>EndedAt</c> is null while nobody has caught up with it; <c>Recovered</c> were brought in
/// afterwards; <c>Missed</c> are known to be lost, null = nobody can know (or it is open).
/// </summary>
public sealed record ChannelGapView(Guid Id, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string Reason, int Recovered, int? Missed, string? Detail)
{
    internal static ChannelGapView Of(ChannelGap row) => new(row.Id, row.StartedAt, row.EndedAt, row.Reason, row.Recovered, row.Missed, row.Detail);
}

/// <summary>Reads the ledger of gaps. It keeps ninety days.</summary>
public sealed class ChannelGapQueries(ITenantDbFactory databases, ICatalog catalog)
{
    /// <summary>A channel's gaps, newest first; null when the tenant has no such channel.</summary>
    public async Task<Page<ChannelGapView>?> ListAsync(Caller caller, Guid channel, PageRequest page, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Read);
        if (catalog.FindChannel(channel) is not { } model || model.Tenant.Id != caller.Tenant) return null;
        await using var db = databases.Create(caller.Tenant);
        var query = db.ChannelGaps.AsNoTracking().Where(g => g.ChannelId == channel);
        if (Cursor.Parse(page.After) is { Id: var last }) query = query.Where(g => g.Id < last);
        var rows = await query.OrderByDescending(g => g.Id).Take(page.Size + 1).ToListAsync(cancellationToken);
        var more = rows.Count > page.Size;
        if (more) rows.RemoveAt(page.Size);
        return new([.. rows.Select(ChannelGapView.Of)], more ? new Cursor(0, rows[^1].Id).ToString() : null);
    }
}
