using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Storage.Blobs;

/// <summary>Writes one blob's file beside its place.</summary>
internal sealed class DirectoryBlobWriter(string path, string unfinished) : IBlobWriter
{
    private readonly FileStream _file = new(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
    private bool _committed;

    public long Length { get; private set; }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _file.WriteAsync(bytes, cancellationToken);
        Length += bytes.Length;
    }

    public async ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        _file.Flush(flushToDisk: true);
        await _file.DisposeAsync();
        File.Move(unfinished, path, overwrite: true);
        DurableFolders.Flush(Path.GetDirectoryName(path)!);
        _committed = true;
    }

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        if (!_committed) File.Delete(unfinished);
    }
}
