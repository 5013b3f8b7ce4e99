using System.Collections.Concurrent;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Fakes;

/// <summary>Blobs in memory, and links that only name them.</summary>
internal sealed class MemoryBlobs : IBlobStore, IFileLinks
{
    public ConcurrentDictionary<(Guid Tenant, Guid Blob), byte[]> Kept { get; } = new();

    public ValueTask<IBlobWriter> CreateAsync(Guid tenant, Guid blob, CancellationToken cancellationToken) => new(new Writer(this, (tenant, blob)));

    public ValueTask<Stream?> OpenAsync(Guid tenant, Guid blob, CancellationToken cancellationToken) =>
        new(Kept.TryGetValue((tenant, blob), out var bytes) ? new MemoryStream(bytes, writable: false) : null);

    public ValueTask DeleteAsync(Guid tenant, Guid blob, CancellationToken cancellationToken)
    {
        Kept.TryRemove((tenant, blob), out _);
        return ValueTask.CompletedTask;
    }

    public string Create(Guid tenant, AttachmentRef attachment) => $"https://gateway.example/files/{tenant}/{attachment.Blob}?sig=x";

    private sealed class Writer(MemoryBlobs owner, (Guid, Guid) key) : IBlobWriter
    {
        private readonly MemoryStream _bytes = new();

        public long Length => _bytes.Length;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => _bytes.WriteAsync(bytes, cancellationToken);

        public ValueTask CommitAsync(CancellationToken cancellationToken)
        {
            owner.Kept[key] = _bytes.ToArray();
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => _bytes.DisposeAsync();
    }
}
