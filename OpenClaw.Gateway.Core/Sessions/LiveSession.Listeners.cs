using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Sessions;

/// <content>Who listens to it, and what they are told.</content>
internal sealed partial class LiveSession
{
    /// <summary>Subscribes; entries above the returned seq will be told. Null when this object is no longer the one to ask.</summary>
    public long? TrySubscribe(ISessionSubscriber subscriber)
    {
        lock (Gate)
        {
            if (IsEvicted || Successor is not null) return null;
            var work = Wake();
            work.Subscribers = [.. work.Subscribers, subscriber];
            return work.ToldSeq;
        }
    }

    public void Unsubscribe(ISessionSubscriber subscriber)
    {
        lock (Gate)
        {
            if (Contents is not SessionWork work) return;
            work.Subscribers = [.. work.Subscribers.Where(s => !ReferenceEquals(s, subscriber))];
            Rest();
        }
    }

    /// <summary>A durable entry: remembered, told. Called in order of seq by the journal's completions.</summary>
    public void Tell(MessageRecord entry)
    {
        lock (Gate)
        {
            var work = Wake();
            work.ToldSeq = entry.Seq;
            TouchedAt = entry.At;
            work.History.Add(entry);
            foreach (var subscriber in work.Subscribers) subscriber.OnEntry(entry);
            if (entry.IsOutgoing) ((LivePlace)Place).Lane?.Offer(entry, work.Address);
        }
    }

    /// <summary>Recent entries before that seq, oldest first.</summary>
    public IReadOnlyList<HistoryEntry> HistoryBefore(long seq)
    {
        lock (Gate) return Wake().History.Before(seq);
    }

    /// <summary>The same for an entry that is handled again: what came after it is not its history.</summary>
    public IReadOnlyList<HistoryEntry> HistoryOfReplayed(long seq)
    {
        lock (Gate) return Wake().History.Before(seq, isReplayed: true);
    }

    /// <param name="question">What is answered.</param>
    /// <param name="reply">The id that the reply will have, and its number in the answer.</param>
    /// <param name="index">The piece's number; 0 begins anew.</param>
    /// <param name="text">The piece.</param>
    public void TellDelta(MessageRecord question, (Guid Id, int Index) reply, int index, Utf8Text text)
    {
        lock (Gate)
        {
            if (IsDropped) return;
            foreach (var subscriber in Subscribers()) subscriber.OnDelta(reply.Id, index, text);
            if (((LivePlace)Place).Lane is { } lane) lane.Grow(question, Wake().Address, reply, index, text);
        }
    }

    public void TellTyping(MessageRecord question, bool on)
    {
        lock (Gate)
        {
            if (IsDropped) return;
            foreach (var subscriber in Subscribers()) subscriber.OnTyping(on);
            if (((LivePlace)Place).Lane is { } lane) lane.Work(question, Wake().Address, on);
        }
    }

    public void TellEnded()
    {
        // Outside the lock: subscribers leave for the next episode from within.
        foreach (var subscriber in Subscribers()) subscriber.OnEnded();
    }

    private ISessionSubscriber[] Subscribers() => Contents is SessionWork work ? work.Subscribers : [];
}
