using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Sessions;

/// <summary>
/// A user's message on its way to being durable: numbered in the transaction, then acknowledged, told, and queued for the pipeline. One that
/// ends the session is answered and ends it in the same transaction.
/// </summary>
internal sealed class AcceptEntry(SessionTable table, LiveSession session, InboundMessage message, MessageRecord record, IAcceptObserver observer, MessageRecord? ending) : JournalEntry
{
    private Storage.Entities.SessionState _state;
    private SessionExtras? _extras;
    private bool _isNew;

    public override int Size => 300 + record.Text.Length;

    public override void AddTo(JournalGroup group, long now)
    {
        var row = session.Record;
        record.Seq = ++row.LastSeq;
        if (row.Stored) record.SessionWasAt = row.LastActivityAt;
        row.LastActivityAt = record.At;
        if (!row.Stored) (row.State, row.CreatedAt) = (Storage.Entities.SessionState.Active, record.At);
        else if (row.State != Storage.Entities.SessionState.Active && row.EndedAt == 0) (row.State, row.Changed) = (Storage.Entities.SessionState.Active, true);
        group.NewMessages.Add(record);
        if (ending is not null) AddEnding(group, row, now);
        _isNew = group.Touch(row, now);
    }

    public override void Undo()
    {
        if (ending is not null) UndoEnding(session.Record);
        session.Record.LastSeq--;
        if (_isNew) session.Record.Stored = false;
        else session.Record.Changed = session.Record.Stored;
    }

    public override void Committed()
    {
        if (MessageTraces.IsHeard) MessageSpans.Received(record, message);
        observer.Completed(message, AcceptOutcome.Stored(record.Id, record.SessionId, record.Seq));
        session.Tell(record);
        table.Accepted(session, record, _isNew);
        if (ending is null)
        {
            session.Post(record);
            table.Posted(session, record);
        }
        else
        {
            session.Tell(ending);
            table.EndedByUser(session, record, ending);
        }

        session.Release();
    }

    public override void Refused(Exception cause)
    {
        table.Refused(session);
        observer.Completed(message, AcceptOutcome.Refused(RefusalCode.Overloaded, "The gateway cannot store messages at the moment; send it again.", TimeSpan.FromSeconds(1)));
    }

    private void AddEnding(JournalGroup group, SessionRecord row, long now)
    {
        (_state, _extras) = (row.State, row.Remember());
        ending!.Seq = ++row.LastSeq;
        ending.IsOutgoing = session.HasLane;
        group.NewMessages.Add(ending);
        (row.State, row.EndedAt, row.TakenById, row.TakenByName, row.TakenAt, row.Changed) = (Storage.Entities.SessionState.Expired, now, null, null, 0, true);
    }

    private void UndoEnding(SessionRecord row)
    {
        row.LastSeq--;
        (row.State, row.Changed) = (_state, true);
        row.Recall(_extras);
    }
}
