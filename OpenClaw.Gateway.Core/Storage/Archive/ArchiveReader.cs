using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Archive;

/// <summary>Reads entries of archived sessions. Every fault of a transcript is an <see cref="ArchiveFaultException"/>.</summary>
public interface IArchivedEntries
{
    /// <summary>Entries with <c>seq &gt; after</c>, oldest first, at most <paramref name="limit"/>; null when it is not archived (or another tenant's, where one is given).</summary>
    Task<IReadOnlyList<Message>?> ReadAsync(Guid session, long after, int limit, CancellationToken cancellationToken, Guid? tenant = null);

    /// <summary>Entries with <c>seq &lt; before</c>, newest first, at most <paramref name="limit"/>; null when it is not archived.</summary>
    Task<IReadOnlyList<Message>?> ReadBackwardsAsync(Guid session, long before, int limit, CancellationToken cancellationToken, Guid? tenant = null);

    /// <summary>The entries with these numbers, in order; null when it is not archived.</summary>
    Task<IReadOnlyList<Message>?> ReadAtAsync(Guid session, IReadOnlyCollection<long> seqs, CancellationToken cancellationToken, Guid? tenant = null);
}

/// <summary>Reads what is archived, for pages, the API and those who replay.</summary>
internal sealed class ArchiveReader(ISystemDbFactory databases, ArchiveFiles files) : IArchivedEntries
{
    /// <summary>Where a session's transcript is; null when it is not archived (or another tenant's, where one is given).</summary>
    public async Task<ArchivedSession?> FindAsync(Guid session, Guid? tenant, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        return await db.ArchivedSessions.AsNoTracking().FirstOrDefaultAsync(a => a.SessionId == session && (tenant == null || a.TenantId == tenant), cancellationToken);
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<Message>?> ReadAsync(Guid session, long after, int limit, CancellationToken cancellationToken, Guid? tenant = null) =>
        OpenAsync<IReadOnlyList<Message>>(session, tenant, reader => Forward(reader, after, limit), cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<Message>?> ReadBackwardsAsync(Guid session, long before, int limit, CancellationToken cancellationToken, Guid? tenant = null) =>
        OpenAsync<IReadOnlyList<Message>>(session, tenant, reader => Backward(reader, before, limit), cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<Message>?> ReadAtAsync(Guid session, IReadOnlyCollection<long> seqs, CancellationToken cancellationToken, Guid? tenant = null) =>
        OpenAsync<IReadOnlyList<Message>>(session, tenant, reader => At(reader, seqs), cancellationToken);

    /// <summary>The session's row as it was when it was archived, and all its messages in order, read as they are asked for; null when it is not archived.</summary>
    public async Task<ArchivedTranscript?> OpenAsync(Guid session, Guid? tenant, CancellationToken cancellationToken) =>
        await OpenAsync(session, tenant, reader => reader, cancellationToken) is { } reader ? new ArchivedTranscript(reader) : null;

    private async Task<T?> OpenAsync<T>(Guid session, Guid? tenant, Func<TranscriptReader, T> use, CancellationToken cancellationToken)
        where T : class
    {
        ArchivedSession? failed = null;
        while (await FindAsync(session, tenant, cancellationToken) is { } row)
        {
            try
            {
                var reader = files.Open(row);
                var result = default(T);
                try
                {
                    return result = use(reader);
                }
                finally
                {
                    if (!ReferenceEquals(result, reader)) reader.Dispose();
                }
            }
            catch (ArchiveFaultException) when (failed?.File != row.File)
            {
                // It may just have been restored or rewritten: then the row says so.
                failed = row;
            }
        }

        return null;
    }

    private static List<Message> Forward(TranscriptReader reader, long after, int limit)
    {
        var found = new List<Message>();
        while (found.Count < limit && reader.Next(after) is { } message) found.Add(message);
        return found;
    }

    private static List<Message> Backward(TranscriptReader reader, long before, int limit)
    {
        var last = new Queue<Message>();
        while (reader.Next() is { } message && message.Seq < before)
        {
            if (last.Count == limit) last.Dequeue();
            if (limit > 0) last.Enqueue(message);
        }

        return [.. last.Reverse()];
    }

    private static List<Message> At(TranscriptReader reader, IReadOnlyCollection<long> seqs)
    {
        var found = new List<Message>(seqs.Count);
        Message? at = null;
        foreach (var seq in seqs.Distinct().Order())
        {
            if (at is null || at.Seq < seq) at = reader.Next(seq - 1);
            if (at is null) break;
            if (at.Seq == seq) found.Add(at);
        }

        return found;
    }
}

/// <summary>A transcript being read.</summary>
internal sealed class ArchivedTranscript(TranscriptReader reader) : IDisposable
{
    /// <summary>The session's row as it was when it was archived.</summary>
    public Session Session => reader.Header;

    /// <summary>The next message, or null after the last.</summary>
    public Message? Next() => reader.Next();

    public void Dispose() => reader.Dispose();
}
