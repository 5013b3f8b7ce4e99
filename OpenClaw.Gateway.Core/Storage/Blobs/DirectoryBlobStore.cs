using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Storage.Blobs;

/// <summary>Blobs as files <c>{Data:Directory}/blobs/{tenant}/{aa}/{id}</c>.</summary>
internal sealed class DirectoryBlobStore(GatewayOptions options) : IBlobStore, IBlobLeftovers, ITenantRemoval
{
    private readonly TenantFiles _files = new(Path.Combine(options.DataDirectory, "blobs"));

    public ValueTask<IBlobWriter> CreateAsync(Guid tenant, Guid blob, CancellationToken cancellationToken) =>
        new(new DirectoryBlobWriter(_files.Create(tenant, blob)));

    public ValueTask<Stream?> OpenAsync(Guid tenant, Guid blob, CancellationToken cancellationToken) =>
        new(_files.Open(tenant, blob, FileOptions.Asynchronous));

    public ValueTask DeleteAsync(Guid tenant, Guid blob, CancellationToken cancellationToken)
    {
        _files.Delete(tenant, blob);
        return default;
    }

    public int Remove(DateTimeOffset before, bool countOnly) => _files.RemoveUnfinished(before, countOnly);

    public IEnumerable<(Guid Tenant, IEnumerable<Guid> Files)> List() => _files.List();

    public ValueTask RemoveAsync(Guid tenant, CancellationToken cancellationToken)
    {
        _files.RemoveTenant(tenant, cancellationToken);
        return default;
    }
}
