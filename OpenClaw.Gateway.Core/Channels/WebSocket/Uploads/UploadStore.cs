using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Channels.WebSocket.Uploads;

/// <summary>Uploads that a message is about to carry. <c>Stamp</c> marks them as used, <c>Before</c> is what stood there.</summary>
internal sealed record UploadUse(Guid Tenant, DateTimeOffset Stamp, IReadOnlyList<AttachmentRef> Attachments, IReadOnlyList<(Guid Id, DateTimeOffset? Before)> Rows);

/// <summary>The rows of complete uploads. They belong to the address (root), so that they survive a reconnect and the end of an episode.</summary>
internal sealed class UploadStore(ITenantDbFactory databases, TimeProvider time)
{
    public async Task<bool> ExistsAsync(Guid tenant, Guid root, string clientId, CancellationToken cancellationToken)
    {
        await using var db = databases.Create(tenant);
        return await db.Uploads.AnyAsync(u => u.RootId == root && u.ClientId == clientId, cancellationToken);
    }

    /// <summary>False when an upload of that id is there already.</summary>
    public async Task<bool> AddAsync(Upload upload, CancellationToken cancellationToken)
    {
        await using var db = databases.Create(upload.TenantId);
        db.Uploads.Add(upload);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException)
        {
            // two sockets of one address may finish the same id at once: the unique index lets one through
            if (await ExistsAsync(upload.TenantId, upload.RootId, upload.ClientId, cancellationToken)) return false;
            throw;
        }
    }

    /// <summary>
    /// Marks uploads as used, in the order given, before the message is stored: a crash in between costs a file that nobody needs, never one
    /// that a message has. Null when one is not there.
    /// </summary>
    public async Task<UploadUse?> UseAsync(Guid tenant, Guid root, IReadOnlyList<string> clientIds, CancellationToken cancellationToken)
    {
        await using var db = databases.Create(tenant);
        var rows = await db.Uploads.AsNoTracking()
            .Where(u => u.RootId == root && clientIds.Contains(u.ClientId))
            .ToDictionaryAsync(u => u.ClientId, StringComparer.Ordinal, cancellationToken);
        if (!clientIds.All(rows.ContainsKey)) return null;
        var ids = rows.Values.Select(u => u.Id).ToList();
        var stamp = Micros.ToTime(Micros.Now(time)); // as the database keeps it
        var marked = await db.WriteAsync(
            d => d.Uploads.Where(u => ids.Contains(u.Id)).ExecuteUpdateAsync(set => set.SetProperty(u => u.UsedAt, stamp), cancellationToken),
            cancellationToken);
        if (marked < ids.Count) return null; // gone meanwhile
        return new(
            tenant,
            stamp,
            [.. clientIds.Select(id => rows[id]).Select(u => new AttachmentRef(u.Id, u.Name, u.ContentType, u.Size))],
            [.. rows.Values.Select(u => (u.Id, u.UsedAt))]);
    }

    /// <summary>The message was refused: what no later message has marked is as before.</summary>
    public async Task ReleaseAsync(UploadUse use, CancellationToken cancellationToken)
    {
        await using var db = databases.Create(use.Tenant);
        foreach (var (id, before) in use.Rows)
        {
            await db.WriteAsync(
                d => d.Uploads.Where(u => u.Id == id && u.UsedAt == use.Stamp).ExecuteUpdateAsync(set => set.SetProperty(u => u.UsedAt, before), cancellationToken),
                cancellationToken);
        }
    }
}
