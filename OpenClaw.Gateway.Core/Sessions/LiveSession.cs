using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Sessions;

/// <summary>
/// A session in memory, and its own mailbox: one message at a time, in order of seq; it is handed to the pool when
/// there is something to do. No thread, timer or task while idle. Its own monitor (no object for it: sessions are many) guards
/// the mailbox, the subscribers and the history.
/// </summary>
/// <remarks>At rest it keeps but a small array of what it knows; whatever needs more wakes it (<see cref="Wake"/>).</remarks>
internal sealed partial class LiveSession : SessionRecord
{
    private uint _touchedAt;

    /// <summary>The next one in its chain of <see cref="LiveSessions"/>, which owns the field.</summary>
    internal LiveSession? NextInTable;

    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public LiveSession(SessionRecord row, LivePlace place)
        : base(row, place) => Contents = new SessionWork(row.Address);

    public SessionRecord Record => this;

    /// <summary><see cref="HistoryBefore"/>, made once while it is awake.</summary>
    public Func<long, IReadOnlyList<HistoryEntry>> HistoryReader
    {
        get
        {
            lock (Gate) return Wake().HistoryReader ??= HistoryBefore;
        }
    }

    /// <summary>Recent external ids. Guarded by <see cref="Gate"/>.</summary>
    public ref RecentIds RecentIds => ref Wake().RecentIds;

    /// <summary>Guards <see cref="RecentIds"/> and the order of what is appended for this session.</summary>
    public object Gate => this;

    /// <summary>The newest seq that subscribers were told of. Entries up to it are in the database.</summary>
    public long ToldSeq => Contents switch
    {
        SessionWork work => work.ToldSeq,
        var packed => PackedSession.ToldSeq((byte[])packed),
    };

    /// <summary>The address's next episode, once this one has ended.</summary>
    public LiveSession? Successor { get => (LiveSession?)Follower; set => Follower = value; }

    /// <summary>When it was last used (<see cref="Micros"/>), to the second.</summary>
    public long TouchedAt { get => _touchedAt * 1_000_000L; set => _touchedAt = (uint)(value / 1_000_000); }

    /// <summary>History and recent ids are loaded. A session that was found by recovery gets them when first needed.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Its memory was given back: whoever still holds this object asks the table again. Guarded by <see cref="Gate"/>.</summary>
    public bool IsEvicted { get; private set; }

    /// <summary>The user has asked for a new conversation: what comes after that belongs to the next episode. Guarded by <see cref="Gate"/>.</summary>
    public bool IsClosing { get => HasLastWord; set => HasLastWord = value; }

    /// <summary>Nothing goes on, and it takes as little memory as it can.</summary>
    public bool IsAtRest => Contents is byte[];

    /// <summary>The loading of what it lacks. Guarded by <see cref="Gate"/>.</summary>
    public Task? Completing { get => Wake().Completing; set => Wake().Completing = value; }

    /// <summary>Its replies go out by its channel's lane.</summary>
    public bool HasLane => ((LivePlace)Place).Lane is not null;

    private ReadySessions Ready => ((LivePlace)Place).Ready;

    private TenantLoad Load => ((LivePlace)Place).Load;

    /// <summary>Its tenant's turn.</summary>
    public ReadyTurn Turn => ((LivePlace)Place).Turn;

    /// <summary>What it has to do now is part of a replay of many.</summary>
    public bool IsBulk => Contents is SessionWork { Current.Replay.ReplayId: not null };

    public void Loaded(long lastSeq) => Wake().ToldSeq = lastSeq;

    /// <summary>Puts in what the database knew; what came since stays behind it.</summary>
    public void Complete(IEnumerable<MessageRecord> last, IEnumerable<(string Id, long At)> ids)
    {
        lock (Gate)
        {
            if (IsComplete) return;
            var work = Wake();
            foreach (var entry in last.Where(e => e.Seq <= work.ToldSeq)) work.History.Add(entry);
            foreach (var (id, at) in ids) work.RecentIds.Add(id, at);
            IsComplete = true;
        }
    }

    /// <summary>About how much memory what was said takes: read without the gate.</summary>
    public int TextBytes => Contents switch
    {
        byte[] packed => packed.Length,
        SessionWork work => work.History.Bytes,
        _ => 0,
    };

    /// <summary>Gives the memory back if nobody needs it.</summary>
    public bool TryEvict()
    {
        lock (Gate)
        {
            if (Appending > 0 || Contents is SessionWork { IsIdle: false }) return false;
            return IsEvicted = true;
        }
    }

    /// <summary>Gives the memory back though somebody listens: those are returned, to be told. Null while something goes on.</summary>
    public ISessionSubscriber[]? TryGiveUp()
    {
        lock (Gate)
        {
            if (Appending > 0 || Contents is SessionWork { Current: not null }) return null;
            IsEvicted = true;
            if (Contents is not SessionWork work) return [];
            var listeners = work.Subscribers;
            work.Subscribers = [];
            return listeners;
        }
    }

    /// <summary>Gives up what is needed only while something goes on. Nothing happens while something does.</summary>
    public void Rest()
    {
        lock (Gate)
            if (IsComplete && Appending == 0 && Contents is SessionWork { IsIdle: true } work) Contents = PackedSession.Pack(work);
    }

    /// <summary>Entries of this session that the journal has not told of yet. Guarded by <see cref="Gate"/>.</summary>
    public int Appending { get; set; }

    /// <summary>Keeps it in memory until <see cref="Release"/>; false when it is evicted already.</summary>
    public bool TryHold()
    {
        lock (Gate)
        {
            if (IsEvicted) return false;
            Appending++;
            return true;
        }
    }

    public void Release()
    {
        lock (Gate) Appending--;
    }

    /// <summary>Queues a durable message for the pipeline.</summary>
    public void Post(MessageRecord message)
    {
        lock (Gate)
        {
            if (!IsDropped) Load.Posted();
            var work = Wake();
            if (work.Current is not null)
            {
                (work.Mailbox ??= new(2)).Enqueue(message);
                return;
            }

            work.Current = message;
        }

        Ready.Add(this);
    }

    /// <summary>The current message is concluded: on with the next one.</summary>
    public void Finished()
    {
        lock (Gate)
        {
            var work = Wake();
            TakeOut(work);
            if (work.Current is { } concluded) ((LivePlace)Place).Lane?.Concluded(concluded);
            work.Current = work.Mailbox is { Count: > 0 } mailbox ? mailbox.Dequeue() : null;
            if (work.Current is null) return;
        }

        Ready.Add(this);
    }

    /// <summary>That message waits here, or is being handled.</summary>
    public bool Holds(long position)
    {
        lock (Gate)
            return Contents is SessionWork work
                && (work.Current?.Position == position || work.Current?.Earlier?.Any(m => m.Position == position) == true || work.Mailbox?.Any(m => m.Position == position) == true);
    }

    /// <summary>The message that is being handled; null when none is.</summary>
    public MessageRecord? Current
    {
        get
        {
            lock (Gate) return (Contents as SessionWork)?.Current;
        }
    }

    /// <summary>Messages that no agent has been given, and when the oldest of them came.</summary>
    public (int Count, long OldestAt) Waiting()
    {
        if (Contents is not SessionWork { Current: not null }) return default;
        lock (Gate)
        {
            if (IsDropped || Contents is not SessionWork { Current: { } current } work) return default;
            var behind = work.Mailbox?.Count ?? 0;
            if (current.State == MessageState.Accepted) return (behind + 1, current.At);
            return behind == 0 ? default : (behind, work.Mailbox!.Peek().At);
        }
    }

    /// <summary>Something waits here, is being handled, or is on its way here.</summary>
    public bool HasWork
    {
        get
        {
            lock (Gate) return Appending > 0 || Contents is SessionWork { Current: not null };
        }
    }

    /// <summary>Hands the current message to the pool again, which was held back.</summary>
    public void GoOn() => Ready.Add(this);

    /// <summary>It is being removed, or its tenant: nothing of it is stored any more. Guarded by <see cref="Gate"/>.</summary>
    public bool IsDropped { get; private set; }

    /// <summary>Lets go of what waits and of those who listen.</summary>
    /// <returns>How many messages waited behind the current one.</returns>
    public int Drop()
    {
        lock (Gate)
        {
            if (IsDropped) return 0;
            var work = Contents as SessionWork;
            if (work is not null) TakeOut(work);
            (IsDropped, IsEvicted) = (true, true);
            if (work is null) return 0;
            var waiting = work.Mailbox?.Count ?? 0;
            Load.Left(waiting, begun: false);
            work.Mailbox?.Clear();
            work.Subscribers = [];
            return waiting;
        }
    }

    /// <summary>The same; those who listened are given out, to be told where it goes on.</summary>
    public int Drop(out ISessionSubscriber[] listeners)
    {
        lock (Gate)
        {
            listeners = Subscribers();
            return Drop();
        }
    }

    /// <summary>Starts the current message. Called by <see cref="ReadySessions"/>.</summary>
    public void Work(IMailboxHandler handler)
    {
        MessageRecord current;
        lock (Gate)
        {
            if (Contents is not SessionWork { Current: { } first } work) return;
            current = first;
            if (!work.IsBegun && !IsDropped) Load.Begun();
            work.IsBegun = true;
        }

        handler.Handle(this, current);
    }

    /// <summary>The current message leaves the mailbox. Called under the gate; one that was dropped is counted out already.</summary>
    private void TakeOut(SessionWork work)
    {
        if (work.Current is not null && !IsDropped) Load.Left(1, work.IsBegun);
        work.IsBegun = false;
    }

    protected override SessionAddress AddressIn(object contents) => contents is SessionWork work ? work.Address : PackedSession.Address((byte[])contents);

    /// <summary>Called under the gate.</summary>
    private SessionWork Wake()
    {
        if (Contents is SessionWork awake) return awake;
        var work = PackedSession.Unpack((byte[])Contents);
        Contents = work;
        return work;
    }
}
