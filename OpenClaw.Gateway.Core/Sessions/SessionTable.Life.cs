using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Gateway.Core.Sessions;

/// <summary>A session that a job has found idle.</summary>
/// <param name="Id">The session.</param>
/// <param name="RootId">Its address.</param>
/// <param name="TenantId">Whose it is.</param>
/// <param name="Before">It moves on if its last activity was no later than this.</param>
internal sealed record IdleSession(Guid Id, Guid RootId, Guid TenantId, DateTimeOffset Before);

/// <content>How sessions move along their life.</content>
internal sealed partial class SessionTable
{
    /// <summary>
    /// Moves sessions that are idle since before their time to a later state, in memory or in the database; those that were used meanwhile stay. A session
    /// that expires is given back to its agent. Some hundred at a time. How many have moved; durable at return.
    /// </summary>
    public async Task<int> MoveOnAsync(IReadOnlyList<IdleSession> idle, SessionState to)
    {
        var (live, stored) = (new List<(LiveSession, long)>(), new List<IdleSession>());
        foreach (var session in idle)
        {
            if (_live.TryGetValue(session.RootId, out var found) && found.Record.Id == session.Id && found.TryHold()) live.Add((found, Micros.From(session.Before)));
            else stored.Add(session);
        }

        var entry = new MoveOnEntry(live, stored, to, Moved, handler.Value.LetGo);
        journal.Append(entry);
        var moved = await entry.Task;
        await TellMovedAsync([.. stored.Where(s => events.IsHeard(s.TenantId)).Select(s => s.Id)], to);
        return moved;
    }

    /// <summary>
    /// Takes the newest episode of an address up again that has ended. False when the address has gone on (the next episode has a message), or
    /// when an agent still answers in the ended one.
    /// Whoever listens for the next episode is told to attach anew.
    /// </summary>
    public async Task<bool> ReopenAsync(SessionRecord ended, CancellationToken cancellationToken)
    {
        var root = ended.RootId;
        var load = new Lazy<Task<LiveSession>>(() => ReopenOnceAsync(ended));
        while (true)
        {
            var present = _loading.GetOrAdd(root, load);
            try
            {
                var session = await present.Value.WaitAsync(cancellationToken);
                if (ReferenceEquals(present, load)) return session.Record.Id == ended.Id;
            }
            finally
            {
                _loading.TryRemove(new(root, present));
            }
        }
    }

    private async Task<LiveSession> ReopenOnceAsync(SessionRecord ended)
    {
        // Who is offered to meanwhile waits for this load; so the next episode must not take anything any more.
        if (_live.TryGetValue(ended.RootId, out var next))
        {
            if (!next.TryRetire()) return next;
            _live.TryRemove(next);
            figures.Sessions(ended.TenantId, ended.ChannelId, -1);
        }

        var (root, id, episode) = (ended.RootId, ended.Id, ended.Episode);
        var now = time.GetUtcNow();
        await journal.WorkAsync((db, group) =>
        {
            if (db.Sessions.Any(s => s.RootId == root && s.Episode > episode)) return 0;
            var changed = db.Sessions.Where(s => s.Id == id && !db.Messages.Any(m => m.Pending == PendingWork.Handle && m.SessionId == id) && s.EndedAt != null && s.State != SessionState.Archived)
                .ExecuteUpdate(set => set.SetProperty(s => s.EndedAt, (DateTimeOffset?)null).SetProperty(s => s.State, SessionState.Active).SetProperty(s => s.LastActivityAt, now));
            if (changed > 0 && group.Events is { IsOn: true } told && told.Wants(ended.TenantId, EventTypes.SessionUpdated))
                told.Tell(group, new(ended.TenantId, EventTypes.SessionUpdated, ended.ChannelId, id, SessionPayload.Of(MessageRows.ToRecord(db.Sessions.AsNoTracking().First(s => s.Id == id), ended.LastSeq))));
            return changed;
        });
        var session = await LoadOnceAsync(root, null, null);
        next?.TellEnded();
        return session;
    }

    private async Task TellMovedAsync(IReadOnlyCollection<Guid> sessions, SessionState to)
    {
        if (sessions.Count == 0) return;
        var rows = await store.SessionsAsync(sessions, CancellationToken.None);
        Moved([.. rows.Values.Where(r => r.State == to)]);
    }

    private void Moved(IReadOnlyList<SessionRecord> changed)
    {
        foreach (var row in changed)
            if (events.IsHeard(row.TenantId)) events.Publish(row.TenantId, EventTypes.SessionUpdated, row.ChannelId, row.Id, SessionPayload.Of(row));
    }
}
