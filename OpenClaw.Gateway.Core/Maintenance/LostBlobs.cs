using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Blobs;

namespace OpenClaw.Gateway.Core.Maintenance;

/// <summary>
/// Files that nothing refers to: an agent's whose answer was not stored, or one that a crash left between file and row. Files of agents have no row of
/// their own, so their messages are looked through, around the time that the file's id begins with. Looked at are files of one to eight days: an
/// earlier run has seen the older ones. Where conversations of that time are archived already, the file stays, as their messages are not in the database.
/// </summary>
internal sealed class LostBlobs(ISystemDbFactory databases, IBlobStore blobs, TimeProvider time)
{
    private const int Batch = 500;
    private static readonly TimeSpan Youngest = TimeSpan.FromDays(1);
    private static readonly TimeSpan Oldest = TimeSpan.FromDays(8);

    /// <summary>How long before and after its file a message can have been stored.</summary>
    private static readonly TimeSpan Before = TimeSpan.FromHours(1);
    private static readonly TimeSpan After = TimeSpan.FromDays(1);

    public async Task RemoveAsync(IBlobLeftovers files, JobProgress progress, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        foreach (var (tenant, there) in files.List())
        {
            var candidates = there.Select(b => (Blob: b, At: TimeOf(b))).Where(b => b.At > now - Oldest && b.At < now - Youngest).OrderBy(b => b.At).ToList();
            foreach (var batch in candidates.Chunk(Batch))
            {
                cancellationToken.ThrowIfCancellationRequested();
                foreach (var blob in await LostAsync(tenant, batch, cancellationToken))
                {
                    if (!progress.IsDryRun) await blobs.DeleteAsync(tenant, blob, cancellationToken);
                    progress.Count();
                }
            }
        }
    }

    /// <summary>When a blob was begun; never for an id that does not say it.</summary>
    private static DateTimeOffset TimeOf(Guid blob)
    {
        if (blob.Version != 7) return DateTimeOffset.MinValue;
        Span<byte> bytes = stackalloc byte[16];
        blob.TryWriteBytes(bytes, bigEndian: true, out _);
        return DateTimeOffset.FromUnixTimeMilliseconds((System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(bytes) >> 16) & 0xFFFF_FFFF_FFFF);
    }

    private async Task<IReadOnlyCollection<Guid>> LostAsync(Guid tenant, (Guid Blob, DateTimeOffset At)[] batch, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var ids = batch.Select(b => b.Blob).ToList();
        var lost = ids.ToHashSet();
        lost.ExceptWith(await db.Uploads.Where(u => ids.Contains(u.Id)).Select(u => u.Id).ToListAsync(cancellationToken));
        lost.ExceptWith(await db.HeldMessages.Where(h => h.Source != null && ids.Contains(h.Source.Value)).Select(h => h.Source!.Value).ToListAsync(cancellationToken));
        var left = batch.Where(b => lost.Contains(b.Blob)).ToList();
        if (left.Count == 0) return [];
        var (from, to) = (left[0].At - Before, left[^1].At + After);
        if (await db.ArchivedSessions.AnyAsync(a => a.TenantId == tenant && a.ArchivedAt >= from && a.LastActivityAt >= from, cancellationToken)) return [];
        var (first, last) = (MessagePosition.At(from), MessagePosition.At(to));
        var carried = db.Messages.AsNoTracking().Where(m => m.Position >= first && m.Position < last && m.TenantId == tenant && m.Extras != null).Select(m => m.Extras).AsAsyncEnumerable();
        await foreach (var extras in carried.WithCancellation(cancellationToken))
        {
            foreach (var attachment in MessageExtras.FromJson(extras)?.Attachments ?? []) lost.Remove(attachment.Blob);
            if (lost.Count == 0) break;
        }

        return lost;
    }
}
