using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.WebSocket;

/// <summary>
/// The messages of one connection that the inbox has and has not judged yet, in the order they came, so that they are told in that
/// order. Not thread-safe: its owner's lock guards it.
/// </summary>
internal sealed class AcceptWindow
{
    /// <summary>The most that may be in flight; then the connection is not read on.</summary>
    public const int Limit = 64;

    private Slot[] _slots = [];
    private int _head;

    private struct Slot
    {
        public InboundMessage? Message;
        public AcceptOutcome Outcome;
        public bool Judged;
    }

    public int Count { get; private set; }

    public bool IsFull => Count >= Limit;

    public void Add(InboundMessage message)
    {
        if (Count == _slots.Length) Grow();
        At(Count++) = new() { Message = message };
    }

    /// <summary>Notes the outcome. False when the message is not (or no longer) in the window.</summary>
    public bool Judge(InboundMessage message, in AcceptOutcome outcome)
    {
        for (var i = 0; i < Count; i++)
        {
            ref var slot = ref At(i);
            if (!ReferenceEquals(slot.Message, message)) continue;
            slot.Outcome = outcome;
            slot.Judged = true;
            return true;
        }

        return false;
    }

    /// <summary>True while a message of that id is in the window.</summary>
    public bool Holds(string? externalId)
    {
        for (var i = 0; i < Count; i++)
        {
            if (At(i).Message is { } message && string.Equals(message.ExternalId, externalId, StringComparison.Ordinal)) return true;
        }

        return false;
    }

    /// <summary>The numbers of what was stored in that session and is not told yet; null when there is none.</summary>
    public HashSet<long>? NumbersIn(Guid session)
    {
        HashSet<long>? numbers = null;
        for (var i = 0; i < Count; i++)
        {
            if (IsJudged(i, out var outcome) && outcome is { Accepted: true, Duplicate: false } && outcome.SessionId == session) (numbers ??= []).Add(outcome.Seq);
        }

        return numbers;
    }

    /// <summary>The oldest message's outcome once it is there.</summary>
    public bool TryPeekOldest(out AcceptOutcome outcome)
    {
        while (Count > 0 && At(0) is { Judged: true, Message: null }) Drop(); // taken early
        outcome = default;
        return Count > 0 && IsJudged(0, out outcome);
    }

    /// <summary>Takes the oldest message out.</summary>
    public InboundMessage TakeOldest()
    {
        var message = At(0).Message!;
        Drop();
        return message;
    }

    /// <summary>The outcome of the message at that place, once it is there and until it is taken.</summary>
    public bool IsJudged(int index, out AcceptOutcome outcome)
    {
        ref var slot = ref At(index);
        outcome = slot.Outcome;
        return slot is { Judged: true, Message: not null };
    }

    /// <summary>Takes a message before its turn: an answer is about to be sent that must not overtake its ack.</summary>
    public InboundMessage TakeEarly(int index)
    {
        ref var slot = ref At(index);
        var message = slot.Message!;
        slot.Message = null;
        return message;
    }

    private void Drop()
    {
        At(0) = default;
        _head = (_head + 1) % _slots.Length;
        Count--;
    }

    private ref Slot At(int index) => ref _slots[(_head + index) % _slots.Length];

    private void Grow()
    {
        var larger = new Slot[Math.Max(2, _slots.Length * 2)];
        for (var i = 0; i < Count; i++) larger[i] = At(i);
        (_slots, _head) = (larger, 0);
    }
}
