using System.Runtime.InteropServices;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Pipeline;

/// <summary>
/// What the pipeline concluded, as one durable write: the message is done, these replies exist, the session changed. Objects in memory
/// change on the journal's thread only, so that no earlier group can write half of it.
/// </summary>
internal sealed class ConcludeEntry(LiveSession session, MessageRecord? message, IConclusionObserver observer) : JournalEntry
{
    private readonly IReadOnlyList<MessageRecord> _together = message?.Earlier ?? [];
    private MessageState[] _togetherBefore = [];
    private bool _isDropped;
    private Before _before;

    public LiveSession Session => session;

    public MessageRecord? Message => message;

    /// <summary>The message's state from now on.</summary>
    public MessageState State { get; init; } = MessageState.Answered;

    public IReadOnlyList<MessageRecord> Replies { get; init; } = [];

    public DeadLetter? DeadLetter { get; init; }

    /// <summary>What was handled together with the message and is concluded with it.</summary>
    public IReadOnlyList<MessageRecord> Together => _together;

    /// <summary>The dead letters of those.</summary>
    public IReadOnlyList<DeadLetter> MoreLetters { get; init; } = [];

    /// <summary>The attempt that ended with it, where it did not end well.</summary>
    public Attempt? Attempt { get; init; }

    /// <summary>How the agents came to it, where they tell.</summary>
    public IReadOnlyList<AgentRun>? Runs { get; init; }

    /// <summary>The session's agent from now on, unless an operator has assigned one meanwhile; null = as it is.</summary>
    public Guid? Agent { get; init; }

    /// <summary>An agent handed the session over: it stays with <see cref="Agent"/>.</summary>
    public bool HandedOver { get; init; }

    /// <summary>A further change of rows in the same transaction.</summary>
    public Action<Storage.GatewayDbContext>? Also { get; init; }

    /// <summary>The operator's note that the agent was given: it is not given again.</summary>
    public string? NoteTaken { get; init; }

    /// <summary>An operator's answer or closing: what waited for the operator is answered with it, for this reason (a stored route).</summary>
    public byte[]? Settles { get; init; }

    /// <summary>The messages that it settled, oldest first. Holds once it is in a group.</summary>
    public IReadOnlyList<MessageRecord> Settled { get; private set; } = [];

    public byte[]? Context { get; init; }

    public byte[]? Preferences { get; init; }

    /// <summary>The episode ends with it.</summary>
    public bool End { get; init; }

    /// <summary>False for what came from outside the mailbox (an operator, a late answer): the mailbox does not wait for it.</summary>
    public bool HoldsMailbox { get; init; } = true;

    public override bool MustBeWritten => true;

    public override int Size
    {
        get
        {
            var size = 200 + (200 * _together.Count);
            foreach (var reply in Replies) size += 250 + reply.Text.Length;
            return size;
        }
    }

    public override void AddTo(JournalGroup group, long now)
    {
        var row = session.Record;
        if (_isDropped = session.IsDropped) return;
        _before = new(message?.State ?? default, row.AgentId, row.Assigned, row.State, row.Remember(), Replies.Count);
        if (message is not null)
        {
            message.State = State;
            group.ChangedMessages.Add(message);
        }

        Join(group);
        if (Settles is not null) Settle(group, now);
        foreach (var reply in Replies)
        {
            reply.Seq = ++row.LastSeq;
            reply.IsOutgoing = session.HasLane;
            group.NewMessages.Add(reply);
        }

        if (DeadLetter is not null) group.DeadLetters.Add(DeadLetter);
        foreach (var letter in MoreLetters) group.DeadLetters.Add(letter);
        if (Attempt is not null) group.Attempts.Add(Attempt);
        if (Runs is { Count: > 0 }) group.Work.Add(db => AgentRuns.Add(db, Runs));
        if (Also is not null) group.Work.Add(Also);
        if (message?.Replay is { } replay && State != MessageState.Waiting) group.LetterEnds.Add(new(replay.LetterId, DeadLetterStates.Replayed, now));
        Change(row, now);
        group.Touch(row, now);
    }

    public override void Undo()
    {
        if (_isDropped) return;
        var row = session.Record;
        row.LastSeq -= _before.Numbered;
        (row.AgentId, row.Assigned, row.State) = (_before.Agent, _before.Assigned, _before.Life);
        row.Recall(_before.Extras);
        row.Changed = true;
        if (message is not null) message.State = _before.State;
        for (var i = 0; i < _together.Count; i++) _together[i].State = _togetherBefore[i];
        foreach (var settled in Settled) (settled.State, settled.Route, settled.RoutedAt, settled.AnsweredAt) = (MessageState.Accepted, null, 0, 0);
    }

    public override void Committed()
    {
        if (_isDropped)
        {
            observer.NotConcluded(this, new InvalidOperationException("The tenant was removed."));
            return;
        }

        observer.Concluded(this);
        foreach (var reply in Replies) session.Tell(reply);
        if (End) observer.Ended(this);
        if (HoldsMailbox) session.Finished();
    }

    public override void Refused(Exception cause)
    {
        observer.NotConcluded(this, cause);
        if (HoldsMailbox) session.Finished();
    }

    /// <summary>What was handled together ends together; an answer that comes later is the last one's alone.</summary>
    private void Join(JournalGroup group)
    {
        if (_together.Count == 0) return;
        _togetherBefore = [.. _together.Select(m => m.State)];
        foreach (var earlier in _together)
        {
            (earlier.State, earlier.AgentId, earlier.Error) = (State == MessageState.Waiting ? MessageState.Answered : State, message!.AgentId, message.Error);
            earlier.AnsweredAt = State == MessageState.Waiting ? message.DispatchedAt : message.AnsweredAt;
            group.ChangedMessages.Add(earlier);
        }
    }

    private void Settle(JournalGroup group, long now)
    {
        Settled = session.Held();
        foreach (var held in Settled)
        {
            (held.State, held.Route, held.RoutedAt, held.AnsweredAt) = (MessageState.Answered, Settles, now, now);
            group.ChangedMessages.Add(held);
            if (held.Replay is { } replay) group.LetterEnds.Add(new(replay.LetterId, DeadLetterStates.Replayed, now));
        }
    }

    private void Change(SessionRecord row, long now)
    {
        if (Agent is { } agent && (HandedOver || !row.Assigned) && (row.AgentId != agent || row.Assigned != HandedOver)) (row.AgentId, row.Assigned, row.Changed) = (agent, HandedOver, true);
        if (NoteTaken is not null && row.NoteToAgent == NoteTaken) (row.NoteToAgent, row.Changed) = (null, true);
        if (Context is not null) (row.Context, row.Changed) = (Context, true);
        if (Preferences is not null) (row.Preferences, row.Changed) = (Preferences, true);
        if (Replies.Count > 0)
        {
            row.LastActivityAt = now;
            if (row.State != SessionState.Active && row.EndedAt == 0) (row.State, row.Changed) = (SessionState.Active, true);
        }

        if (End) (row.State, row.EndedAt, row.TakenById, row.TakenByName, row.TakenAt, row.Changed) = (SessionState.Expired, now, null, null, 0, true);
    }

    /// <summary>What the session was, should the transaction be rolled back.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Before(MessageState State, Guid Agent, bool Assigned, SessionState Life, SessionExtras? Extras, int Numbered);
}

/// <summary>Goes on after a conclusion.</summary>
internal interface IConclusionObserver
{
    /// <summary>It is durable, and nobody has been told of its replies yet.</summary>
    void Concluded(ConcludeEntry entry);

    /// <summary>It ended the episode, and its replies have been told.</summary>
    void Ended(ConcludeEntry entry);

    /// <summary>The database refuses this one entry while it takes others: it is not stored.</summary>
    void NotConcluded(ConcludeEntry entry, Exception cause);
}
