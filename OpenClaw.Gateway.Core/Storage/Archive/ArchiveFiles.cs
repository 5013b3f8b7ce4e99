using System.Collections.Concurrent;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Blobs;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Archive;

/// <summary>Transcripts as files <c>{Data:Directory}/archives/{tenant}/{xx}/{file}.jsonl.br</c>.</summary>
internal sealed class ArchiveFiles(GatewayOptions options, TimeProvider time)
{
    public const string Folder = "archives";
    public const string Suffix = ".jsonl.br";

    /// <summary>A file that no row names may be on its way; after that time it is not.</summary>
    private static readonly TimeSpan OnItsWay = TimeSpan.FromHours(1);

    private readonly long _started = time.GetUtcNow().ToUnixTimeMilliseconds();
    private readonly TenantFiles _files = new(Path.Combine(options.DataDirectory, Folder), Suffix);
    private readonly ConcurrentDictionary<Guid, byte> _writing = new();

    /// <summary>
    /// A fresh id. Its last byte, which names the folder, is the batch's: files that are written together share a folder, which is flushed once.
    /// </summary>
    public Guid NewId(byte batch)
    {
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7(time.GetUtcNow()).TryWriteBytes(bytes, bigEndian: true, out _);
        bytes[15] = batch;
        var id = new Guid(bytes, bigEndian: true);
        _writing[id] = 0;
        return id;
    }

    /// <summary>A row names it now, or it is discarded.</summary>
    public void Settled(Guid file) => _writing.TryRemove(file, out _);

    public UnfinishedFile Create(Guid tenant, Guid file) => _files.Create(tenant, file);

    /// <summary>Makes the names of files durable that were committed without.</summary>
    public void FlushFolders(IEnumerable<(Guid Tenant, Guid File)> files)
    {
        foreach (var folder in files.Select(f => Path.GetDirectoryName(_files.PathOf(f.Tenant, f.File))!).Distinct(StringComparer.Ordinal)) DurableFolders.Flush(folder);
    }

    public TranscriptReader Open(ArchivedSession row) => Open(row.TenantId, row.SessionId, row.File, TranscriptSeal.Of(row));

    public TranscriptReader Open(Guid tenant, Guid session, Guid file, in TranscriptSeal seal)
    {
        FileStream? stream;
        try
        {
            stream = _files.Open(tenant, file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ArchiveFaultException($"The transcript {file:N}{Suffix} of session {session} cannot be opened: {e.Message}", e);
        }

        return TranscriptReader.Open(stream, $"{file:N}{Suffix}", seal, session);
    }

    /// <summary>Reads it to its end, which holds everything against everything. Throws <see cref="ArchiveFaultException"/> when something is wrong.</summary>
    public void Verify(Guid tenant, Guid session, Guid file, in TranscriptSeal seal, CancellationToken cancellationToken)
    {
        using var reader = Open(tenant, session, file, seal);
        while (reader.Next() is not null) cancellationToken.ThrowIfCancellationRequested();
    }

    public void Delete(Guid tenant, Guid file)
    {
        _files.Delete(tenant, file);
        Settled(file);
    }

    public void RemoveTenant(Guid tenant, CancellationToken cancellationToken) => _files.RemoveTenant(tenant, cancellationToken);

    /// <summary>Removes what a crash left half written.</summary>
    public void RemoveUnfinished() => _files.RemoveUnfinished(time.GetUtcNow() - OnItsWay);

    /// <summary>Files by tenant that are neither young nor being written: a row should name them.</summary>
    public IEnumerable<(Guid Tenant, IEnumerable<Guid> Files)> Settled() =>
        _files.List().Select(t => (t.Tenant, t.Files.Where(f => !_writing.ContainsKey(f) && IsOld(f))));

    /// <summary>By the time in its id; also when that lies in the future of a clock that was set back.</summary>
    private bool IsOld(Guid file)
    {
        Span<byte> bytes = stackalloc byte[16];
        file.TryWriteBytes(bytes, bigEndian: true, out _);
        var made = System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(bytes) >> 16;
        // one of an earlier run of this process is on nobody's way any more
        return made < _started || Math.Abs(time.GetUtcNow().ToUnixTimeMilliseconds() - made) > OnItsWay.TotalMilliseconds;
    }
}
