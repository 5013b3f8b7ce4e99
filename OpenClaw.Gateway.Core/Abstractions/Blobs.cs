namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>Bytes of attachments. Written once, durable when the call returns, named by a random id.</summary>
public interface IBlobStore
{
    /// <summary>Starts a blob; nothing is kept until <see cref="IBlobWriter.CommitAsync"/>.</summary>
    ValueTask<IBlobWriter> CreateAsync(Guid tenant, Guid blob, CancellationToken cancellationToken);

    /// <summary>Opens a blob for reading, or null when there is none of that tenant.</summary>
    ValueTask<Stream?> OpenAsync(Guid tenant, Guid blob, CancellationToken cancellationToken);

    /// <summary>Removes a blob; no error when it is not there.</summary>
    ValueTask DeleteAsync(Guid tenant, Guid blob, CancellationToken cancellationToken);
}

/// <summary>A blob being written. Disposing without commit discards it.</summary>
public interface IBlobWriter : IAsyncDisposable
{
    /// <summary>Bytes written so far.</summary>
    long Length { get; }

    /// <summary>Appends bytes.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Makes it durable (flushed to disk) and visible.</summary>
    ValueTask CommitAsync(CancellationToken cancellationToken);
}

/// <summary>Signed, expiring links to blobs: <c>{PublicUrl}/files/{tenant}/{blob}?…</c>.</summary>
public interface IFileLinks
{
    /// <summary>A link that is good for an hour from now.</summary>
    string Create(Guid tenant, AttachmentRef attachment);

    /// <summary>A link that is good for that long: for what is read later, as mails are. Implementations may give a shorter one.</summary>
    string Create(Guid tenant, AttachmentRef attachment, TimeSpan lifetime) => Create(tenant, attachment);
}
