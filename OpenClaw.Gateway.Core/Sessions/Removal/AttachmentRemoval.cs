using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Sessions.Removal;

/// <summary>Removes files that were sent with messages, with what is known of them. A file that a message of another session also names stays.</summary>
internal sealed class AttachmentRemoval(ISystemDbFactory databases, IEntryIndex index, IBlobStore blobs, UsageMeter usage, ArchiveReader archive)
{
    private const int Page = 200;

    /// <summary>
    /// Removes the files that a session's messages name. Before the messages themselves: cut off in between, the messages still name what is left to
    /// be removed. How many there were.
    /// </summary>
    public async Task<int> RemoveAsync(Guid tenant, Guid root, Guid session, IReadOnlyCollection<AttachmentRef> attachments, CancellationToken cancellationToken)
    {
        var removed = 0;
        foreach (var part in attachments.DistinctBy(a => a.Blob).Chunk(Page))
        {
            var ids = part.Select(a => a.Blob).ToArray();
            var uploaded = await UploadsAsync(ids, cancellationToken);
            // What an agent sent is one reply's alone; what a user uploaded may be in messages of every episode of the address.
            var elsewhere = uploaded.Count == 0 ? [] : await NamedElsewhereAsync(root, session, uploaded, cancellationToken);
            foreach (var file in part.Where(a => !elsewhere.Contains(a.Blob)))
            {
                await RemoveAsync(tenant, file.Blob, file.Size, cancellationToken);
                removed++;
            }
        }

        return removed;
    }

    /// <summary>The address has no session any more: nothing can use what was uploaded there.</summary>
    public async Task<int> RemoveAllAsync(Guid tenant, Guid root, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        if (await db.Sessions.AnyAsync(s => s.RootId == root, cancellationToken)) return 0;
        var left = await db.Uploads.AsNoTracking().Where(u => u.RootId == root && u.TenantId == tenant).Select(u => new { u.Id, u.Size }).ToListAsync(cancellationToken);
        foreach (var upload in left) await RemoveAsync(tenant, upload.Id, upload.Size, cancellationToken);
        return left.Count;
    }

    private async Task RemoveAsync(Guid tenant, Guid blob, long size, CancellationToken cancellationToken)
    {
        await blobs.DeleteAsync(tenant, blob, cancellationToken);
        await using var db = databases.Create();
        await db.WriteAsync(d => d.Uploads.Where(u => u.Id == blob && u.TenantId == tenant).ExecuteDeleteAsync(cancellationToken), cancellationToken);
        usage.GiveBackStorage(tenant, size);
    }

    private async Task<HashSet<Guid>> UploadsAsync(Guid[] ids, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        return [.. await db.Uploads.Where(u => ids.Contains(u.Id)).Select(u => u.Id).ToListAsync(cancellationToken)];
    }

    private async Task<HashSet<Guid>> NamedElsewhereAsync(Guid root, Guid session, HashSet<Guid> wanted, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var others = await db.Sessions.Where(s => s.RootId == root && s.Id != session).Select(s => new { s.Id, s.State }).ToListAsync(cancellationToken);
        var found = new HashSet<Guid>();
        foreach (var other in others)
        {
            if (other.State == SessionState.Archived) found.UnionWith(await NamedInTranscriptAsync(other.Id, wanted, cancellationToken));
            if (!await index.CatchUpAsync(other.Id, cancellationToken)) throw new IOException("Nothing is removed while the database takes no writes.");
            var extras = await db.EntriesOf(other.Id).Where(m => m.Extras != null).Select(m => m.Extras).ToListAsync(cancellationToken);
            found.UnionWith(extras.SelectMany(Named).Select(a => a.Blob).Where(wanted.Contains));
        }

        return found;
    }

    /// <summary>One that cannot be read may name any of them: then they stay.</summary>
    private async Task<HashSet<Guid>> NamedInTranscriptAsync(Guid session, HashSet<Guid> wanted, CancellationToken cancellationToken)
    {
        try
        {
            using var transcript = await archive.OpenAsync(session, null, cancellationToken);
            var found = new HashSet<Guid>();
            while (transcript?.Next() is { } message) found.UnionWith(Named(message.Extras).Select(a => a.Blob).Where(wanted.Contains));
            return found;
        }
        catch (ArchiveFaultException)
        {
            return wanted;
        }
    }

    /// <summary>What a message's extras name.</summary>
    public static IReadOnlyList<AttachmentRef> Named(string? extras) => extras is null ? [] : MessageExtras.FromJson(extras)?.Attachments ?? [];
}
