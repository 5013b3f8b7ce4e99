using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.WebSocket.Uploads;
using OpenClaw.Gateway.Core.Storage.Blobs;

namespace OpenClaw.Gateway.Core.Maintenance;

/// <summary>Clears files away that no message has and none can come to have.</summary>
internal sealed class AttachmentsJob(UploadCleanup uploads, LostBlobs lost, IBlobStore blobs, TimeProvider time) : IMaintenanceJob
{
    private static readonly TimeSpan Unfinished = TimeSpan.FromHours(24);

    public string Name => "attachments";

    public string Title => "Unused attachments are cleared away";

    public string Summary => "Removes uploads that no message used within 24 hours, half-written files, and files that nothing refers to.";

    public string DefaultCron => "0 17 * * * ?";

    public async Task RunAsync(JobProgress progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        progress.Count(await uploads.RunAsync(cancellationToken, progress.IsDryRun));
        if (blobs is not IBlobLeftovers leftovers) return;
        progress.Count(leftovers.Remove(time.GetUtcNow() - Unfinished, progress.IsDryRun));
        await lost.RemoveAsync(leftovers, progress, cancellationToken);
    }
}
