using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.HeldMessages;

/// <summary>Reads what channels have held back.</summary>
public sealed class HeldMessageQueries(ITenantDbFactory databases, ICatalog catalog)
{
    /// <summary>A channel's, newest first; null when the tenant has no such channel.</summary>
    public async Task<Page<HeldMessageView>?> ListAsync(Caller caller, Guid channel, HeldMessageFilter filter, PageRequest page, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (!Sees(caller, channel)) return null;
        await using var db = databases.Create(caller.Tenant);
        var query = Narrow(db, channel, filter).AsNoTracking();
        if (Cursor.Parse(page.After) is { Id: var last }) query = query.Where(h => h.Id < last);
        var rows = await query.OrderByDescending(h => h.Id).Take(page.Size + 1).ToListAsync(cancellationToken);
        var more = rows.Count > page.Size;
        if (more) rows.RemoveAt(page.Size);
        return new([.. rows.Select(HeldMessageView.Of)], more ? new Cursor(0, rows[^1].Id).ToString() : null);
    }

    /// <summary>How many fit; null when the tenant has no such channel.</summary>
    public async Task<HeldCount?> CountAsync(Caller caller, Guid channel, HeldMessageFilter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (!Sees(caller, channel)) return null;
        await using var db = databases.Create(caller.Tenant);
        return new(await Narrow(db, channel, filter).CountAsync(cancellationToken));
    }

    /// <summary>One, or null when that channel of the tenant has none of that id.</summary>
    public async Task<HeldMessageView?> GetAsync(Caller caller, Guid channel, Guid held, CancellationToken cancellationToken = default)
    {
        if (!Sees(caller, channel)) return null;
        await using var db = databases.Create(caller.Tenant);
        return await db.HeldMessages.AsNoTracking().FirstOrDefaultAsync(h => h.Id == held && h.ChannelId == channel, cancellationToken) is { } row ? HeldMessageView.Of(row) : null;
    }

    internal static IQueryable<HeldMessage> Narrow(GatewayDbContext db, Guid channel, HeldMessageFilter filter)
    {
        var rows = db.HeldMessages.Where(h => h.ChannelId == channel);
        if (filter.Reason is { } reason) rows = rows.Where(h => h.Reason == reason);
        if (filter.Until is { } until) rows = rows.Where(h => h.At < until);
        if (LikePattern.Part(filter.Text) is { } pattern)
            rows = rows.Where(h => EF.Functions.Like(h.Sender!, pattern, LikePattern.Escape) || EF.Functions.Like(h.Subject!, pattern, LikePattern.Escape));
        return rows;
    }

    private bool Sees(Caller caller, Guid channel)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Read);
        return catalog.FindChannel(channel) is { } model && model.Tenant.Id == caller.Tenant;
    }
}
