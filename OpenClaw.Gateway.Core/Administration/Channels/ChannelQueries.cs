using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.Secrets;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.Channels;

/// <summary>Reads channels' configuration.</summary>
public sealed class ChannelQueries
{
    private readonly ITenantDbFactory _databases;
    private readonly ChannelKinds _kinds;
    private readonly SecretOverlaps _overlaps;

    internal ChannelQueries(ITenantDbFactory databases, ChannelKinds kinds, SecretOverlaps overlaps) => (_databases, _kinds, _overlaps) = (databases, kinds, overlaps);

    /// <summary>Channels, newest first.</summary>
    public async Task<Page<ChannelView>> ListAsync(Guid tenant, PageRequest page, CancellationToken cancellationToken = default)
    {
        await using var db = _databases.Create(tenant);
        var query = db.Channels.AsNoTracking();
        if (Cursor.Parse(page.After) is { Id: var last }) query = query.Where(c => c.Id < last);
        var rows = await query.OrderByDescending(c => c.Id).Take(page.Size + 1).ToListAsync(cancellationToken);
        var more = rows.Count > page.Size;
        if (more) rows.RemoveAt(page.Size);
        var secrets = await SecretViews.LoadAsync(db, [.. rows.Select(r => r.Id)], cancellationToken);
        return new([.. rows.Select(r => ChannelView.Of(r, secrets[r.Id], _kinds))], more ? new Cursor(0, rows[^1].Id).ToString() : null);
    }

    /// <summary>One channel, or null when the tenant has none of that id.</summary>
    public async Task<ChannelView?> GetAsync(Guid tenant, Guid channel, CancellationToken cancellationToken = default)
    {
        await using var db = _databases.Create(tenant);
        var row = await db.Channels.AsNoTracking().FirstOrDefaultAsync(c => c.Id == channel, cancellationToken);
        if (row is null) return null;
        var secrets = (await SecretViews.LoadAsync(db, [row.Id], cancellationToken))[row.Id];
        var view = ChannelView.Of(row, secrets, _kinds);
        return view with { Secrets = _overlaps.Of(view.Secrets, secrets) };
    }
}
