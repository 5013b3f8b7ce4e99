using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;

namespace OpenClaw.Gateway.Core.Administration.Archive;

/// <summary>Brings an archived session back among the living ones, for somebody.</summary>
public sealed class RestoreSession
{
    private readonly ITenantDbFactory _databases;
    private readonly IArchivedSessions _archive;
    private readonly SessionQueries _sessions;
    private readonly TimeProvider _time;

    internal RestoreSession(ITenantDbFactory databases, IArchivedSessions archive, SessionQueries sessions, TimeProvider time) =>
        (_databases, _archive, _sessions, _time) = (databases, archive, sessions, time);

    /// <summary>Done (what the session is now), not found (also when it is not archived), or in use: why it cannot be restored.</summary>
    public async Task<AdminResult<SessionView>> RunAsync(Caller caller, Guid session, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Operate);
        await using var db = _databases.Create(caller.Tenant);
        if (await db.ArchivedSessions.AsNoTracking().FirstOrDefaultAsync(a => a.SessionId == session, cancellationToken) is not { } archived) return AdminResult.NotFound<SessionView>();
        if (!await db.Channels.AnyAsync(c => c.Id == archived.ChannelId, cancellationToken))
            return AdminResult.InUse<SessionView>("The channel of this conversation was deleted, so it cannot go on. It stays readable and exportable in the archive.");
        try
        {
            await _archive.RestoreAsync(session, cancellationToken);
        }
        catch (ArchiveFaultException fault)
        {
            return AdminResult.InUse<SessionView>($"The conversation cannot be restored, and nothing was changed. {fault.Message} Bring that file back from a back-up, then try again.");
        }

        if (await _sessions.GetAsync(caller.Tenant, session, CancellationToken.None) is not { } view) return AdminResult.NotFound<SessionView>();
        AuditTrail.Note(db, caller, _time.GetUtcNow(), "session.restored", new(session, view.User.Name ?? view.User.Id));
        // done is done: who did it is noted even if the asker has gone
        await db.SaveChangesAsync(CancellationToken.None);
        return AdminResult.Done(view);
    }
}
