using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Archive;

/// <summary>For an archived session whose file went bad before its rows were removed.</summary>
internal sealed class RowsLeft(ISystemDbFactory databases, Journal.Journal journal)
{
    /// <summary>Makes it an expired session again if all its rows are still there: it can be archived anew. Who calls it has the session's turn.</summary>
    public async Task<bool> TryBringBackAsync(ArchivedSession row, CancellationToken cancellationToken)
    {
        var (id, file) = (row.SessionId, row.File);
        if (!await journal.CatchUpAsync(id, cancellationToken)) return false;
        await using (var db = databases.Create())
            if (await db.EntriesOf(id).LongCountAsync(cancellationToken) != row.Messages) return false;
        return await journal.WorkAsync(db =>
            db.ArchivedSessions.Where(a => a.SessionId == id && a.File == file).ExecuteDelete() == 1
            && db.Sessions.Where(s => s.Id == id && s.State == SessionState.Archived).ExecuteUpdate(set => set.SetProperty(s => s.State, SessionState.Expired)) == 1);
    }
}
