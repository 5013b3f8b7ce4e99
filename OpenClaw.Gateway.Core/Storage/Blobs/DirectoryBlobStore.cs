using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Storage.Blobs;

/// <summary>
/// Blobs as files <c>{Data:Directory}/blobs/{tenant}/{aa}/{id}</c>, <c>aa</c> being the id's last two hex digits (its first ones are its
/// time). A blob is written beside its place, flushed, renamed, and its folder flushed: it is there whole or not at all. A full disk
/// surfaces as <see cref="IOException"/>.
/// </summary>
internal sealed class DirectoryBlobStore(GatewayOptions options) : IBlobStore, IBlobLeftovers, ITenantRemoval
{
    private const string Unfinished = ".part";

    private readonly string _root = Path.Combine(options.DataDirectory, "blobs");

    public ValueTask<IBlobWriter> CreateAsync(Guid tenant, Guid blob, CancellationToken cancellationToken)
    {
        var path = PathOf(tenant, blob);
        DurableFolders.Create(Path.GetDirectoryName(path)!);
        return new(new DirectoryBlobWriter(path, path + Unfinished));
    }

    public ValueTask<Stream?> OpenAsync(Guid tenant, Guid blob, CancellationToken cancellationToken)
    {
        try
        {
            return new(new FileStream(PathOf(tenant, blob), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new((Stream?)null);
        }
    }

    public ValueTask DeleteAsync(Guid tenant, Guid blob, CancellationToken cancellationToken)
    {
        try
        {
            File.Delete(PathOf(tenant, blob));
        }
        catch (DirectoryNotFoundException)
        {
            // as good as deleted
        }

        return default;
    }

    public void Remove(DateTimeOffset before)
    {
        if (!Directory.Exists(_root)) return;
        foreach (var file in Directory.EnumerateFiles(_root, "*" + Unfinished, SearchOption.AllDirectories))
        {
            if (File.GetLastWriteTimeUtc(file) < before.UtcDateTime) File.Delete(file);
        }
    }

    public ValueTask RemoveAsync(Guid tenant, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(_root, tenant.ToString("N"));
        if (!Directory.Exists(folder)) return default;
        foreach (var part in Directory.EnumerateDirectories(folder))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Directory.Delete(part, recursive: true);
        }

        Directory.Delete(folder, recursive: true);
        return default;
    }

    private string PathOf(Guid tenant, Guid blob)
    {
        var name = blob.ToString("N");
        return Path.Combine(_root, tenant.ToString("N"), name[^2..], name);
    }
}
