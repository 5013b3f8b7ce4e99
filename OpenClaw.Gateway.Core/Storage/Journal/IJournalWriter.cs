using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Storage.Journal;

/// <summary>
/// Writes one group of journal entries in one transaction, made durable before it returns. Used by the journal's thread only.
/// A throw means: the connection is to be opened anew, and nothing of the group is stored, unless <see cref="Unsettled"/> says that this is not known.
/// </summary>
public interface IJournalWriter : IDisposable
{
    /// <summary>Writes and commits a group.</summary>
    void Write(JournalGroup group);

    /// <summary>
    /// After a throw of <see cref="Write"/>: the mark of the group when the connection broke while it was being committed, so that it may be stored or
    /// not. Null when it is certainly not. Where the database is in this process there is no such doubt.
    /// </summary>
    string? Unsettled => null;

    /// <summary>
    /// Asked of a writer that was opened after the one in doubt: whether the group of that mark is stored. When it returns, the answer stays true:
    /// what the lost connection left running has ended, or can store nothing any more. Throws while the database cannot tell.
    /// </summary>
    bool WasStored(string mark) => throw new NotSupportedException("A writer that leaves a group in doubt must be able to settle it.");

    /// <summary>How long the rows of the last group took.</summary>
    TimeSpan LastWrite { get; }

    /// <summary>How long making them durable took.</summary>
    TimeSpan LastCommit { get; }

    /// <summary>Indexes what a killed process left unindexed. Returns the floor: every message below that position is indexed.</summary>
    long IndexMissing();

    /// <summary>A small write to see whether the database takes writes again after a failure. Throws while it does not.</summary>
    void Probe();

    /// <summary>What the connection says of its durability, by name (SQLite: <c>journal_mode</c>, <c>synchronous</c>).</summary>
    IReadOnlyDictionary<string, string> Durability { get; }
}

/// <summary>The rows that one transaction writes, coalesced: each row stands in at most one list.</summary>
public sealed class JournalGroup
{
    internal List<SessionRecord> NewSessions { get; } = [];

    internal List<SessionRecord> ChangedSessions { get; } = [];

    internal List<MessageRecord> NewMessages { get; } = [];

    /// <summary>Rows stored before, whose state and trace have changed.</summary>
    internal List<MessageRecord> ChangedMessages { get; } = [];

    /// <summary>Replies that the platform has now.</summary>
    internal List<MessageRecord> Receipts { get; } = [];

    internal List<Entities.DeadLetter> DeadLetters { get; } = [];

    /// <summary>Dead letters whose replay is over.</summary>
    internal List<LetterEnd> LetterEnds { get; } = [];

    /// <summary>Attempts that did not end well.</summary>
    internal List<Entities.Attempt> Attempts { get; } = [];

    /// <summary>How far replies are on their way out; one whose message was removed meanwhile is passed over.</summary>
    internal List<Entities.Delivery> Deliveries { get; } = [];

    /// <summary>Replies whose way out is over.</summary>
    internal List<ReplyEnd> ReplyEnds { get; } = [];

    /// <summary>Events on their way to tenants' endpoints. Written after <see cref="Work"/>, which may add to them.</summary>
    internal List<Entities.EventDelivery> EventDeliveries { get; } = [];

    /// <summary>What became of attempts to deliver events.</summary>
    internal List<EventOutcome> EventOutcomes { get; } = [];

    /// <summary>Tells tenants' endpoints of what the group holds; null where there are none.</summary>
    internal IGroupEvents? Events { get; init; }

    /// <summary>Entries to be indexed; one that is indexed already is passed over.</summary>
    internal List<EntryPlace> Places { get; } = [];

    /// <summary>Changes of stored rows, after the rows above, on a context over the transaction's own connection.</summary>
    internal List<Action<GatewayDbContext>> Work { get; } = [];

    /// <summary>The index's floor from now on; 0 = as it is.</summary>
    internal long Floor { get; set; }

    /// <summary>
    /// Takes a session's row along: a new one always; a stored one when something changed, or its last writing is a second ago.
    /// </summary>
    /// <returns>True when the row is new.</returns>
    internal bool Touch(SessionRecord session, long now)
    {
        if (session.InGroup) return false;
        var isNew = !session.Stored;
        var milliseconds = (uint)(now / 1000);
        if (!isNew && !session.Changed && milliseconds - session.WrittenAt < 1000) return false;
        (isNew ? NewSessions : ChangedSessions).Add(session);
        (session.InGroup, session.WrittenAt, session.Stored, session.Changed) = (true, milliseconds, true, false);
        return isNew;
    }

    internal bool IsEmpty => NewSessions.Count + ChangedSessions.Count + NewMessages.Count + ChangedMessages.Count + Receipts.Count + DeadLetters.Count + LetterEnds.Count + Attempts.Count + Deliveries.Count + ReplyEnds.Count + EventDeliveries.Count + EventOutcomes.Count + Places.Count + Work.Count == 0;

    internal void Clear()
    {
        foreach (var session in NewSessions) session.InGroup = false;
        foreach (var session in ChangedSessions) session.InGroup = false;
        NewSessions.Clear();
        ChangedSessions.Clear();
        NewMessages.Clear();
        ChangedMessages.Clear();
        Receipts.Clear();
        DeadLetters.Clear();
        LetterEnds.Clear();
        Attempts.Clear();
        Deliveries.Clear();
        ReplyEnds.Clear();
        EventDeliveries.Clear();
        EventOutcomes.Clear();
        Places.Clear();
        Work.Clear();
        Floor = 0;
    }
}

/// <summary>The replay of a dead letter is over.</summary>
/// <param name="Letter">The dead letter.</param>
/// <param name="State">Its state from now on.</param>
/// <param name="At">When (<see cref="Micros"/>).</param>
internal readonly record struct LetterEnd(Guid Letter, string State, long At);

/// <summary>A reply's way out is over: the platform has it, or it is given up.</summary>
/// <param name="Position">Its row in Messages.</param>
/// <param name="State">Answered, or dead.</param>
/// <param name="DeliveredAt">When the platform had all of it; 0 = it has not.</param>
/// <param name="Receipt">The platform's id of its first part.</param>
/// <param name="Error">Why it was given up.</param>
internal readonly record struct ReplyEnd(long Position, MessageState State, long DeliveredAt, string? Receipt, string? Error);
