using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Blobs;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Channels.WebSocket.Uploads;

/// <summary>Removes uploads that no message used within 24 hours. One run; the job decides how often.</summary>
internal sealed partial class UploadCleanup(ISystemDbFactory databases, IBlobStore blobs, UsageMeter usage, TimeProvider time, ILogger<UploadCleanup> logger)
{
    private const int Batch = 200;
    private static readonly TimeSpan Unused = TimeSpan.FromHours(24);

    /// <summary>How many uploads there were to remove; with <paramref name="countOnly"/> they stay.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken, bool countOnly = false)
    {
        var before = time.GetUtcNow() - Unused;
        var removed = 0;
        await using var db = databases.Create();
        if (countOnly) return await db.Uploads.CountAsync(u => u.UsedAt == null && u.CreatedAt < before, cancellationToken);
        while (true)
        {
            var batch = await db.Uploads.AsNoTracking()
                .Where(u => u.UsedAt == null && u.CreatedAt < before)
                .OrderBy(u => u.CreatedAt)
                .Select(u => new { u.Id, u.TenantId, u.Size })
                .Take(Batch)
                .ToListAsync(cancellationToken);
            foreach (var upload in batch) removed += await RemoveAsync(db, upload.TenantId, upload.Id, upload.Size, cancellationToken);
            if (batch.Count < Batch) break;
        }

        if (removed > 0) LogRemoved(logger, removed);
        return removed;
    }

    /// <summary>The row goes first and only while it is unused: a file without a row costs space, a row without its file would cost a message.</summary>
    private async Task<int> RemoveAsync(GatewayDbContext db, Guid tenant, Guid id, long size, CancellationToken cancellationToken)
    {
        var gone = await db.WriteAsync(
            d => d.Uploads.Where(u => u.Id == id && u.UsedAt == null).ExecuteDeleteAsync(cancellationToken),
            cancellationToken);
        if (gone == 0) return 0;
        usage.GiveBackStorage(tenant, size);
        await blobs.DeleteAsync(tenant, id, cancellationToken);
        return gone;
    }

    [LoggerMessage(4202, LogLevel.Information, "{Count} unused uploads were removed")]
    private static partial void LogRemoved(ILogger logger, int count);
}
