using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Sessions;

/// <summary>
/// A session in memory, and its own mailbox: one message at a time, in order of seq; it is handed to the pool when
/// there is something to do. No thread, timer or task while idle. Its record's monitor (no object of its own: sessions are many) guards
/// the mailbox, the subscribers and the history.
/// </summary>
internal sealed class LiveSession(SessionRecord record, IMailboxHandler handler, ReadySessions ready)
{
    private RecentIds _recentIds;
    private History _history;
    private Queue<MessageRecord>? _mailbox;
    private MessageRecord? _current;
    private ISessionSubscriber[] _subscribers = [];

    public SessionRecord Record => record;

    /// <summary>Where it is, and its user: made when first asked for.</summary>
    public SessionAddress Address => field ??= new(record.Conversation, record.Thread, record.UserId, record.UserName);

    /// <summary><see cref="HistoryBefore"/>, made once.</summary>
    public Func<long, IReadOnlyList<HistoryEntry>> HistoryReader => field ??= HistoryBefore;

    /// <summary>Recent external ids. Guarded by <see cref="Gate"/>.</summary>
    public ref RecentIds RecentIds => ref _recentIds;

    /// <summary>Guards <see cref="RecentIds"/> and the order of what is appended for this session.</summary>
    public object Gate => record;

    /// <summary>The newest seq that subscribers were told of. Entries up to it are in the database.</summary>
    public long ToldSeq { get; private set; }

    /// <summary>The address's next episode, once this one has ended.</summary>
    public LiveSession? Successor { get; set; }

    /// <summary>When it was last used (<see cref="Micros"/>).</summary>
    public long TouchedAt { get; set; }

    /// <summary>History and recent ids are loaded. A session that was found by recovery gets them when first needed.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Its memory was given back: whoever still holds this object asks the table again. Guarded by <see cref="Gate"/>.</summary>
    public bool IsEvicted { get; private set; }

    public Task? Completing { get; set; }

    public void Loaded(long lastSeq) => ToldSeq = lastSeq;

    /// <summary>Puts in what the database knew; what came since stays behind it.</summary>
    public void Complete(IEnumerable<MessageRecord> last, IEnumerable<(string Id, long At)> ids)
    {
        lock (record)
        {
            if (IsComplete) return;
            foreach (var entry in last.Where(e => e.Seq <= ToldSeq)) _history.Add(entry);
            foreach (var (id, at) in ids) _recentIds.Add(id, at);
            IsComplete = true;
        }
    }

    /// <summary>Gives the memory back if nobody needs it.</summary>
    public bool TryEvict()
    {
        lock (record)
        {
            if (_current is not null || _subscribers.Length > 0 || Appending > 0) return false;
            return IsEvicted = true;
        }
    }

    /// <summary>Entries of this session that the journal has not told of yet. Guarded by <see cref="Gate"/>.</summary>
    public int Appending { get; set; }

    /// <summary>Keeps it in memory until <see cref="Release"/>; false when it is evicted already.</summary>
    public bool TryHold()
    {
        lock (record)
        {
            if (IsEvicted) return false;
            Appending++;
            return true;
        }
    }

    public void Release()
    {
        lock (record) Appending--;
    }

    /// <summary>Subscribes; entries above the returned seq will be told. Null when this object is no longer the one to ask.</summary>
    public long? TrySubscribe(ISessionSubscriber subscriber)
    {
        lock (record)
        {
            if (IsEvicted || Successor is not null) return null;
            _subscribers = [.. _subscribers, subscriber];
            return ToldSeq;
        }
    }

    public void Unsubscribe(ISessionSubscriber subscriber)
    {
        lock (record) _subscribers = [.. _subscribers.Where(s => !ReferenceEquals(s, subscriber))];
    }

    /// <summary>A durable entry: remembered, told. Called in order of seq by the journal's completions.</summary>
    public void Tell(MessageRecord entry)
    {
        lock (record)
        {
            ToldSeq = entry.Seq;
            TouchedAt = entry.At;
            _history.Add(entry);
            foreach (var subscriber in _subscribers) subscriber.OnEntry(entry);
        }
    }

    /// <summary>Recent entries before that seq, oldest first.</summary>
    public IReadOnlyList<HistoryEntry> HistoryBefore(long seq)
    {
        lock (record) return _history.Before(seq);
    }

    public void TellDelta(Guid reply, int index, Utf8Text text)
    {
        lock (record)
            foreach (var subscriber in _subscribers) subscriber.OnDelta(reply, index, text);
    }

    public void TellTyping(bool on)
    {
        lock (record)
            foreach (var subscriber in _subscribers) subscriber.OnTyping(on);
    }

    public void TellEnded()
    {
        // Outside the lock: subscribers leave for the next episode from within.
        foreach (var subscriber in _subscribers) subscriber.OnEnded();
    }

    /// <summary>Queues a durable message for the pipeline.</summary>
    public void Post(MessageRecord message)
    {
        lock (record)
        {
            if (_current is not null)
            {
                (_mailbox ??= new(2)).Enqueue(message);
                return;
            }

            _current = message;
        }

        ready.Add(this);
    }

    /// <summary>The current message is concluded: on with the next one.</summary>
    public void Finished()
    {
        lock (record)
        {
            _current = _mailbox is { Count: > 0 } ? _mailbox.Dequeue() : null;
            if (_current is null) return;
        }

        ready.Add(this);
    }

    /// <summary>Hands the current message to the pool again, which was held back.</summary>
    public void GoOn() => ready.Add(this);

    /// <summary>Its tenant was removed: nothing of it is stored any more. Guarded by <see cref="Gate"/>.</summary>
    public bool IsDropped { get; private set; }

    /// <summary>Lets go of what waits and of those who listen.</summary>
    /// <returns>How many messages waited behind the current one.</returns>
    public int Drop()
    {
        lock (record)
        {
            var waiting = _mailbox?.Count ?? 0;
            (IsDropped, IsEvicted) = (true, true);
            _mailbox?.Clear();
            _subscribers = [];
            return waiting;
        }
    }

    /// <summary>Starts the current message. Called by <see cref="ReadySessions"/>.</summary>
    public void Work() => handler.Handle(this, _current!);
}
