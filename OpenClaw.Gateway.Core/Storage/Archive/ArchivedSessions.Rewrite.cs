using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Archive;

/// <content>Transcripts with other content, for those who must remove a part of one.</content>
internal sealed partial class ArchivedSessions
{
    private int _rewrites;

    /// <inheritdoc />
    public async Task<bool> RewriteAsync(Guid session, Func<Message, Message?> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        using var turn = await turns.EnterAsync(session, cancellationToken);
        if (await reader.FindAsync(session, null, cancellationToken) is not { } row) return false;
        var before = await CheckAsync(row, cancellationToken);
        await using (var db = databases.Create()) await RemoveRowsAsync(db, session, cancellationToken); // what a cut-off archiving left is in the transcript
        var file = files.NewId((byte)Interlocked.Increment(ref _rewrites));
        try
        {
            var (seal, words) = Write(row, file, await SessionAsync(session, cancellationToken), change, cancellationToken);
            files.Verify(row.TenantId, session, file, seal, cancellationToken);
            await UnsettleAsync(row); // cut off from here on, the next run of the archive indexes whichever file the row names
            await search.RemoveAsync([before.Words], CancellationToken.None);
            await SwapAsync(row, file, seal);
            await search.AddAsync([words.Of(row.TenantId, session, row.LastActivityAt)], CancellationToken.None);
            await journal.WorkAsync(db => db.ArchivedSessions.Where(a => a.SessionId == session && a.File == file).ExecuteUpdate(set => set.SetProperty(a => a.RowsRemoved, true)));
            LogRewritten(row.TenantId, row.ChannelId, session, seal.Messages);
        }
        finally
        {
            files.Settled(file); // one that no row names goes as a left-over
        }

        Discard(row);
        return true;
    }

    private (TranscriptSeal Seal, ArchiveWords Words) Write(ArchivedSession row, Guid file, Session session, Func<Message, Message?> change, CancellationToken cancellationToken)
    {
        using var old = files.Open(row);
        using var unfinished = files.Create(row.TenantId, file);
        using var writer = new TranscriptWriter(unfinished.Stream, session);
        var words = new ArchiveWords();
        while (old.Next() is { } message)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (change(message) is not { } kept) continue;
            writer.Write(kept);
            words.Add(kept);
        }

        var seal = writer.End();
        unfinished.Commit();
        return (seal, words);
    }

    private async Task<Session> SessionAsync(Guid session, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        return await db.Sessions.AsNoTracking().FirstAsync(s => s.Id == session, cancellationToken);
    }

    private Task<int> SwapAsync(ArchivedSession row, Guid file, TranscriptSeal seal)
    {
        var (id, old) = (row.SessionId, row.File);
        return journal.WorkAsync(db => db.ArchivedSessions.Where(a => a.SessionId == id && a.File == old).ExecuteUpdate(set => set
            .SetProperty(a => a.File, file)
            .SetProperty(a => a.Messages, seal.Messages)
            .SetProperty(a => a.Bytes, seal.Bytes)
            .SetProperty(a => a.FileBytes, seal.FileBytes)
            .SetProperty(a => a.Hash, seal.Hash)));
    }
}
