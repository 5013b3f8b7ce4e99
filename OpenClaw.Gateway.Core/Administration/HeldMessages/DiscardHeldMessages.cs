using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Administration.HeldMessages;

/// <summary>Takes held messages away, with their sources. What the platform has of them stays there.</summary>
public sealed class DiscardHeldMessages
{
    private const int Batch = 200;

    private readonly ITenantDbFactory _databases;
    private readonly IBlobStore _blobs;
    private readonly UsageMeter _usage;
    private readonly ICatalog _catalog;
    private readonly TimeProvider _time;

    internal DiscardHeldMessages(ITenantDbFactory databases, IBlobStore blobs, UsageMeter usage, ICatalog catalog, TimeProvider time) =>
        (_databases, _blobs, _usage, _catalog, _time) = (databases, blobs, usage, catalog, time);

    /// <summary>One.</summary>
    public async Task<AdminResult<HeldMessageView>> OneAsync(Caller caller, Guid channel, Guid held, CancellationToken cancellationToken = default)
    {
        if (Find(caller, channel) is not { } model) return AdminResult.NotFound<HeldMessageView>();
        await using var db = _databases.Create(caller.Tenant);
        if (await db.HeldMessages.FirstOrDefaultAsync(h => h.Id == held && h.ChannelId == channel, cancellationToken) is not { } row) return AdminResult.NotFound<HeldMessageView>();
        AuditTrail.Note(db, caller, _time.GetUtcNow(), "held-message.discarded", new(row.Id, model.Name), before: new { channel, row.Reason });
        db.HeldMessages.Remove(row);
        if (await Saving.TryAsync<HeldMessageView>(db, cancellationToken) is { } failure) return failure;
        await RemoveSourceAsync(row);
        return AdminResult.Done(HeldMessageView.Of(row));
    }

    /// <summary>All that fit: how many there were. Noted before the first one goes.</summary>
    public async Task<AdminResult<HeldCount>> AllAsync(Caller caller, Guid channel, HeldMessageFilter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (Find(caller, channel) is not { } model) return AdminResult.NotFound<HeldCount>();
        await using var db = _databases.Create(caller.Tenant);
        var (now, count) = (_time.GetUtcNow(), await HeldMessageQueries.Narrow(db, channel, filter).CountAsync(cancellationToken));
        // what comes in from now on is not meant
        filter = filter with { Until = filter.Until is { } until && until < now ? until : now };
        AuditTrail.Note(db, caller, now, "held-message.discarded-all", new(channel, model.Name), before: new { channel, filter.Reason, filter.Until, searched = filter.Text is not null, count });
        await db.SaveChangesAsync(cancellationToken);
        return AdminResult.Done(new HeldCount(await RemoveAsync(caller.Tenant, channel, filter, cancellationToken)));
    }

    /// <summary>All of a channel that is gone.</summary>
    internal Task<int> OfDeletedAsync(Guid tenant, Guid channel) => RemoveAsync(tenant, channel, new(), CancellationToken.None);

    private async Task<int> RemoveAsync(Guid tenant, Guid channel, HeldMessageFilter filter, CancellationToken cancellationToken)
    {
        var removed = 0;
        while (true)
        {
            await using var db = _databases.Create(tenant);
            var rows = await HeldMessageQueries.Narrow(db, channel, filter).AsNoTracking().OrderBy(h => h.Id).Take(Batch).ToListAsync(cancellationToken);
            if (rows.Count == 0) return removed;
            var ids = rows.ConvertAll(r => r.Id);
            await db.WriteAsync(d => d.HeldMessages.Where(h => ids.Contains(h.Id)).ExecuteDeleteAsync(CancellationToken.None), CancellationToken.None);
            foreach (var row in rows) await RemoveSourceAsync(row);
            removed += rows.Count;
        }
    }

    /// <summary>After the row: cut off in between, a file is left that nothing refers to, which the job for attachments removes.</summary>
    private async Task RemoveSourceAsync(HeldMessage row)
    {
        if (row.Source is not { } blob) return;
        await _blobs.DeleteAsync(row.TenantId, blob, CancellationToken.None);
        _usage.GiveBackStorage(row.TenantId, row.SourceSize);
    }

    private ChannelModel? Find(Caller caller, Guid channel)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        return _catalog.FindChannel(channel) is { } model && model.Tenant.Id == caller.Tenant ? model : null;
    }
}
