using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Gateway.Core.Sessions;

/// <summary>
/// Idle sessions go to a later state of their life. What is in memory is changed there, on the journal's thread, so that a message in the same
/// group wakes it again; the rest is changed in the database, if it is still as the job saw it.
/// </summary>
/// <param name="live">Held in memory by the caller, with the moment before which they had to be idle.</param>
/// <param name="stored">Not in memory.</param>
/// <param name="to">The state.</param>
/// <param name="moved">Told of what has changed, by tenant; only where somebody listens is it of use.</param>
/// <param name="letGo">Gives an expired session back to its agent.</param>
internal sealed class MoveOnEntry(
    IReadOnlyList<(LiveSession Session, long Seen)> live, IReadOnlyList<IdleSession> stored, SessionState to, Action<IReadOnlyList<SessionRecord>> moved, Action<LiveSession> letGo) : JournalEntry
{
    private readonly TaskCompletionSource<int> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<(LiveSession Session, SessionState State, Guid? TakenById, string? TakenByName, long TakenAt)> _changed = [];
    private int _rows;

    public Task<int> Task => _done.Task;

    /// <summary>As large as some hundred rows: a group holds few of them.</summary>
    public override int Size => 64 * 1024;

    public override void AddTo(JournalGroup group, long now)
    {
        _changed.Clear();
        _rows = 0;
        foreach (var (session, seen) in live)
        {
            var row = session.Record;
            if (row.State >= to || row.LastActivityAt > seen || session.IsDropped) continue;
            _changed.Add((session, row.State, row.TakenById, row.TakenByName, row.TakenAt));
            (row.State, row.Changed) = (to, true);
            if (to == SessionState.Expired) (row.TakenById, row.TakenByName, row.TakenAt) = (null, null, 0);
            group.Touch(row, now);
        }

        if (stored.Count > 0) group.Work.Add(db => Write(db, group));
    }

    public override void Undo()
    {
        foreach (var (session, state, takenById, takenByName, takenAt) in _changed)
        {
            var row = session.Record;
            (row.State, row.TakenById, row.TakenByName, row.TakenAt, row.Changed) = (state, takenById, takenByName, takenAt, true);
        }
    }

    public override void Committed()
    {
        foreach (var (session, _, _, _, takenAt) in _changed)
            if (takenAt != 0) letGo(session);
        Release();
        moved([.. _changed.Select(c => c.Session.Record)]);
        _done.TrySetResult(_changed.Count + _rows);
    }

    public override void Refused(Exception cause)
    {
        Release();
        _done.TrySetException(new IOException("The sessions' states could not be stored; try again.", cause));
    }

    private void Release()
    {
        foreach (var (session, _) in live) session.Release();
    }

    private void Write(GatewayDbContext db, JournalGroup group)
    {
        // those of one channel were looked for with the same span: one statement for them
        foreach (var same in stored.GroupBy(s => s.Before))
        {
            var (ids, before) = (same.Select(s => s.Id).ToList(), same.Key);
            var rows = db.Sessions.Where(s => ids.Contains(s.Id) && s.State < to && s.LastActivityAt <= before);
            Tell(rows, group);
            _rows += to == SessionState.Expired
                ? rows.ExecuteUpdate(set => set.SetProperty(s => s.State, to).SetProperty(s => s.TakenById, (Guid?)null)
                    .SetProperty(s => s.TakenByName, (string?)null).SetProperty(s => s.TakenAt, (DateTimeOffset?)null))
                : rows.ExecuteUpdate(set => set.SetProperty(s => s.State, to));
        }
    }

    /// <summary>The group's lists do not show what a statement changes.</summary>
    private void Tell(IQueryable<Session> rows, JournalGroup group)
    {
        if (group.Events is not { IsOn: true } events) return;
        foreach (var row in rows.AsNoTracking().ToList().Where(r => events.Wants(r.TenantId, EventTypes.SessionUpdated)))
        {
            var record = MessageRows.ToRecord(row, row.LastSeq);
            record.State = to;
            if (to == SessionState.Expired) (record.TakenById, record.TakenByName, record.TakenAt) = (null, null, 0);
            events.Tell(group, new(row.TenantId, EventTypes.SessionUpdated, row.ChannelId, row.Id, SessionPayload.Of(record)));
        }
    }
}
