namespace OpenClaw.Gateway.Core.Storage.Blobs;

/// <summary>A file that is being written beside its place. Disposing without commit discards it.</summary>
internal sealed class UnfinishedFile(string path, string unfinished) : IDisposable
{
    private bool _committed;

    public FileStream Stream { get; } = new(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);

    /// <summary>Makes it durable and visible. Who writes several into one folder may flush that folder once, by <see cref="DurableFolders.Flush"/>.</summary>
    public void Commit(bool flushFolder = true)
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(unfinished, path, overwrite: true);
        if (flushFolder) DurableFolders.Flush(Path.GetDirectoryName(path)!);
        _committed = true;
    }

    public void Dispose()
    {
        Stream.Dispose();
        if (!_committed) File.Delete(unfinished);
    }
}
