using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Delivery;

/// <summary>What has come of a reply, as one durable write.</summary>
/// <param name="item">The reply; nothing is written once it was dropped.</param>
/// <param name="row">How far it is.</param>
/// <param name="mustBeWritten">It is so already, outside: kept until the database takes it. Else it is refused when the database takes no writes.</param>
internal sealed class DeliveryEntry(LaneItem item, Storage.Entities.Delivery row, bool mustBeWritten) : JournalEntry
{
    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>True once it is durable; false when it was not stored.</summary>
    public Task<bool> Task => _done.Task;

    public Attempt? Attempt { get; init; }

    public ReplyEnd? End { get; init; }

    public DeadLetter? Letter { get; init; }

    /// <summary>The replay that is over with it.</summary>
    public LetterEnd? LetterEnd { get; init; }

    /// <summary>Why it was not stored.</summary>
    public Exception? Cause { get; private set; }

    public override bool MustBeWritten => mustBeWritten;

    public override int Size => 400;

    public override void AddTo(JournalGroup group, long now)
    {
        if (item.IsDropped) return;
        group.Deliveries.Add(row);
        if (Attempt is not null) group.Attempts.Add(Attempt);
        if (End is { } end) group.ReplyEnds.Add(end);
        if (Letter is not null) group.DeadLetters.Add(Letter);
        if (LetterEnd is { } over) group.LetterEnds.Add(over);
    }

    public override void Undo() { }

    public override void Committed() => _done.TrySetResult(true);

    public override void Refused(Exception cause)
    {
        Cause = cause;
        _done.TrySetResult(false);
    }
}
