using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Pipeline;

/// <summary>A change of who answers in a session. Decided on the journal's thread, so that of two at once the second sees the first.</summary>
/// <param name="session">The session, held in memory by the caller.</param>
/// <param name="change">Changes the row, or says why not (then nothing is written).</param>
/// <param name="settled">Called when it is durable, or was taken back.</param>
internal sealed class ControlEntry(LiveSession session, Func<SessionRecord, long, string?> change, Action<LiveSession> settled) : JournalEntry
{
    private readonly TaskCompletionSource<string?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _refusal;
    private (Guid Agent, bool Assigned, Guid? TakenById, string? TakenByName, long TakenAt, string? Note, SessionState State, long LastActivityAt) _before;

    /// <summary>Null when done; else why not.</summary>
    public Task<string?> Task => _done.Task;

    public override void AddTo(JournalGroup group, long now)
    {
        var row = session.Record;
        _before = (row.AgentId, row.Assigned, row.TakenById, row.TakenByName, row.TakenAt, row.NoteToAgent, row.State, row.LastActivityAt);
        _refusal = row.EndedAt != 0 ? "The conversation has ended. Re-open it first." : change(row, now);
        if (_refusal is not null) return;
        row.Changed = true;
        group.Touch(row, now);
    }

    public override void Undo()
    {
        var row = session.Record;
        (row.AgentId, row.Assigned, row.TakenById, row.TakenByName, row.TakenAt, row.NoteToAgent, row.State, row.LastActivityAt) = _before;
        row.Changed = true;
    }

    public override void Committed()
    {
        settled(session);
        session.Release();
        _done.TrySetResult(_refusal);
    }

    public override void Refused(Exception cause)
    {
        settled(session);
        session.Release();
        _done.TrySetException(new IOException("The change could not be stored; try again.", cause));
    }
}
