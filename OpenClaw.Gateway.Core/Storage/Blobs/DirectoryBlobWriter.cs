using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Storage.Blobs;

/// <summary>Writes one blob's file beside its place.</summary>
internal sealed class DirectoryBlobWriter(UnfinishedFile file) : IBlobWriter
{
    public long Length { get; private set; }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await file.Stream.WriteAsync(bytes, cancellationToken);
        Length += bytes.Length;
    }

    public ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        file.Commit();
        return default;
    }

    public ValueTask DisposeAsync()
    {
        file.Dispose();
        return default;
    }
}
