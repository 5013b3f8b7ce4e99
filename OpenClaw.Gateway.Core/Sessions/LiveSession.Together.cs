using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Sessions;

/// <content>Messages that are handled as one: the last of them is the current one, and has the others as <see cref="MessageRecord.Earlier"/>.</content>
internal sealed partial class LiveSession
{
    /// <summary>What is being handled, or waits to be, and is not that message; null while an operator is waited for.</summary>
    public MessageRecord? BusyWith(MessageRecord? message)
    {
        if (Contents is not SessionWork { Current: { } seen } || ReferenceEquals(seen, message)) return null;
        lock (Gate) return Contents is SessionWork { IsHeld: false, Current: { } current } && !ReferenceEquals(current, message) ? current : null;
    }

    /// <summary>What waits behind the current message, oldest first.</summary>
    public IReadOnlyList<MessageRecord> Behind()
    {
        lock (Gate) return Contents is SessionWork { Mailbox: { Count: > 0 } mailbox } ? [.. mailbox] : [];
    }

    /// <summary>
    /// Takes the first messages behind the current one together with it. The last of them, which is the current one from now on; null when they do not
    /// stand there any more, and nothing was done.
    /// </summary>
    public MessageRecord? Gather(MessageRecord current, IReadOnlyList<MessageRecord> following)
    {
        lock (Gate)
        {
            if (IsDropped || following.Count == 0 || Contents is not SessionWork { Mailbox: { } mailbox } work || !ReferenceEquals(work.Current, current)) return null;
            if (!mailbox.Take(following.Count).SequenceEqual(following)) return null;
            for (var i = 0; i < following.Count; i++) mailbox.Dequeue();
            var last = following[^1];
            last.Earlier = [.. current.Earlier ?? [], current, .. following.Take(following.Count - 1)];
            current.Earlier = null;
            work.Current = last;
            Load.Left(following.Count, begun: false); // from here on they are one
            return last;
        }
    }

    /// <summary>Takes them apart again: the first of them is the current one, the others wait behind it. So many more wait now.</summary>
    public int Scatter(MessageRecord current)
    {
        lock (Gate)
        {
            if (IsDropped || current.Earlier is not { Count: > 0 } earlier || Contents is not SessionWork work || !ReferenceEquals(work.Current, current)) return 0;
            work.Current = earlier[0];
            work.Mailbox = new([.. earlier.Skip(1), current, .. work.Mailbox ?? []]);
            current.Earlier = null;
            for (var i = 0; i < earlier.Count; i++) Load.Posted();
            return earlier.Count;
        }
    }
}
