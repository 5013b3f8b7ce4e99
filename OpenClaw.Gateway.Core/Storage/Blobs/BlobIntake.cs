using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Storage.Blobs;

/// <summary>A file is larger than the gateway, or the tenant, takes.</summary>
internal sealed class FileTooLargeException(string message) : IOException(message);

/// <summary>The tenant has no room left for files.</summary>
internal sealed class StorageUsedUpException(string message) : IOException(message);

/// <summary>Streams files of others into the blob store, under the limit of one file and the tenant's quota.</summary>
internal sealed class BlobIntake(IBlobStore blobs, GatewayOptions options, UsageMeter usage, TimeProvider time)
{
    private const int ChunkBytes = 64 * 1024;

    /// <summary>The most bytes that a file of that tenant may have.</summary>
    public long Most(TenantModel tenant) => tenant.Settings.AttachmentBytes(options.Limits);

    /// <summary>Stores all of it, durable at return. Throws <see cref="FileTooLargeException"/>, or <see cref="IOException"/> when there is no room for it.</summary>
    public async ValueTask<AttachmentRef> StoreAsync(TenantModel tenant, Stream body, string name, string contentType, CancellationToken cancellationToken)
    {
        var blob = Guid.CreateVersion7(time.GetUtcNow());
        var most = Most(tenant);
        await using var writer = await blobs.CreateAsync(tenant.Id, blob, cancellationToken).ConfigureAwait(false);
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            while (await body.ReadAsync(chunk, cancellationToken).ConfigureAwait(false) is var read and > 0)
            {
                if (writer.Length + read > most) throw TooLarge(most);
                await writer.WriteAsync(chunk.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }

        await CommitAsync(tenant, writer, cancellationToken).ConfigureAwait(false);
        return new(blob, Clean(name), MediaTypeHeaderValue.TryParse(contentType, out var type) && type.MediaType is { Length: <= 100 } media ? media.ToLowerInvariant() : "application/octet-stream", writer.Length);
    }

    /// <summary>Names come from strangers: none may show itself as what it is not (characters that turn the direction of writing, or that nobody sees).</summary>
    private static string Clean(string name)
    {
        var clean = new string([.. name.Where(c => !char.IsControl(c) && (char.GetUnicodeCategory(c) != UnicodeCategory.Format || c == '\u200D'))]).Trim();
        return clean.Length == 0 ? "file" : clean;
    }

    /// <summary>Takes a file away that no message will name.</summary>
    public ValueTask DiscardAsync(TenantModel tenant, AttachmentRef file) => DiscardAsync(tenant.Id, file.Blob, file.Size);

    /// <summary>The same, of a file whose name does not matter.</summary>
    public async ValueTask DiscardAsync(Guid tenant, Guid blob, long size)
    {
        await blobs.DeleteAsync(tenant, blob, CancellationToken.None).ConfigureAwait(false);
        usage.GiveBackStorage(tenant, size);
    }

    /// <summary>What to throw for a file that says beforehand that it is larger.</summary>
    public static FileTooLargeException TooLarge(long most) => new(string.Create(CultureInfo.InvariantCulture, $"The attachment is larger than {most} bytes."));

    private async ValueTask CommitAsync(TenantModel tenant, IBlobWriter writer, CancellationToken cancellationToken)
    {
        if (!usage.TakeStorage(tenant.Id, writer.Length, tenant.Quotas.StorageBytes)) throw new StorageUsedUpException("The tenant's storage for attachments is used up.");
        try
        {
            await writer.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            usage.GiveBackStorage(tenant.Id, writer.Length);
            throw;
        }
    }
}
