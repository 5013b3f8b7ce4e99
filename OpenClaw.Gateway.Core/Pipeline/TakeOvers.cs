using OpenClaw.Gateway.Core.Sessions;

namespace OpenClaw.Gateway.Core.Pipeline;

/// <summary>
/// Holds the messages of sessions that an operator has: each stays at the head of its mailbox, unfinished in the database, until the operator
/// answers it or hands back. A restart finds it there and holds it again.
/// </summary>
internal sealed class TakeOvers(SessionTable sessions)
{
    private readonly Lock _lock = new();

    /// <summary>True when the session's current message has to wait.</summary>
    public bool Hold(LiveSession session)
    {
        // nearly every message of all sessions: no lock that they would share
        if (session.Record.TakenAt == 0) return false;

        // Under the lock, as its letting go: whoever hands back after this look finds it held.
        lock (_lock)
        {
            if (session.Record.TakenAt == 0) return false;
            session.HoldCurrent();
        }

        sessions.HeldBack(1);
        return true;
    }

    /// <summary>The session is the agent's again (or never was the operator's: the change was not stored).</summary>
    public void LetGo(LiveSession session)
    {
        bool held;
        lock (_lock)
        {
            if (session.Record.TakenAt != 0) return;
            held = session.IsHeld;
            if (held) sessions.HeldBack(-1);
        }

        if (held) session.LetGo();
    }

    /// <summary>These were answered by the operator; only the first of them was counted as held.</summary>
    public void Settle(LiveSession session, IReadOnlyList<Abstractions.MessageRecord> answered)
    {
        if (answered.Count == 0) return;
        lock (_lock)
        {
            var wasHeld = session.IsHeld;
            session.Settle(answered);
            sessions.HeldBack(wasHeld && !session.IsHeld ? answered.Count - 1 : answered.Count);
        }
    }
}
