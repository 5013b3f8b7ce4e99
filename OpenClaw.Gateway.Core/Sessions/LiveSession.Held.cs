using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Sessions;

/// <content>What waits in the mailbox while an operator answers.</content>
internal sealed partial class LiveSession
{
    /// <summary>The current message is not being handled: it waits for an operator. Guarded by <see cref="Gate"/>.</summary>
    public bool IsHeld => Contents is SessionWork { IsHeld: true };

    /// <summary>Nobody handles the current message until <see cref="LetGo"/>.</summary>
    public void HoldCurrent()
    {
        lock (Gate) Wake().IsHeld = true;
    }

    /// <summary>Hands the current message to the pool again. False when it was not held.</summary>
    public bool LetGo()
    {
        lock (Gate)
        {
            if (Contents is not SessionWork { IsHeld: true } work) return false;
            work.IsHeld = false;
        }

        GoOn();
        return true;
    }

    /// <summary>The messages that wait for an operator, oldest first.</summary>
    public IReadOnlyList<MessageRecord> Held()
    {
        lock (Gate)
        {
            if (Contents is not SessionWork work) return [];
            var queued = work.Mailbox ?? [];
            return work.IsHeld && work.Current is { } current ? [current, .. queued] : [.. queued];
        }
    }

    /// <summary>An operator has answered these: they leave the mailbox, and what came later goes on waiting.</summary>
    public void Settle(IReadOnlyList<MessageRecord> answered)
    {
        lock (Gate)
        {
            if (Contents is not SessionWork work) return;
            if (work.Mailbox is { Count: > 0 } queued)
            {
                work.Mailbox = new(queued.Where(m => !answered.Contains(m)));
                Load.Left(queued.Count - work.Mailbox.Count, begun: false);
            }

            if (!work.IsHeld || work.Current is null || !answered.Contains(work.Current)) return;
            TakeOut(work);
            work.Current = work.Mailbox is { Count: > 0 } left ? left.Dequeue() : null;
            work.IsHeld = work.Current is not null;
        }
    }

    /// <summary>Takes nothing any more, if nothing was ever stored of it: an address' next episode that nobody has begun.</summary>
    public bool TryRetire()
    {
        lock (Gate)
        {
            if (Stored || IsEvicted || Appending > 0 || Contents is SessionWork { Current: not null }) return false;
            return IsEvicted = true;
        }
    }
}
