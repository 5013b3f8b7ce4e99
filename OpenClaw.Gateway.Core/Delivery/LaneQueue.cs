namespace OpenClaw.Gateway.Core.Delivery;

/// <summary>
/// The replies of a lane, by session: which sessions may go now, which later, and the oldest of all. Not thread-safe: its lane's lock guards it. A session's
/// replies go in order of seq, one at a time; one that waits holds back only its own session.
/// </summary>
internal sealed class LaneQueue
{
    private readonly Dictionary<Guid, LaneSession> _sessions = [];
    private readonly HashSet<long> _positions = [];
    private readonly Queue<(LaneSession Session, int Ticket)> _ready = new();
    private readonly PriorityQueue<(LaneSession Session, int Ticket), DateTimeOffset> _later = new();

    public int Count => _positions.Count;

    public int Busy { get; private set; }

    /// <summary>The highest position that was ever in it.</summary>
    public long Highest { get; private set; }

    public bool Holds(long position) => _positions.Contains(position);

    public IEnumerable<LaneItem> Items => _sessions.Values.SelectMany(s => s.Items);

    public void RaiseTo(long position) => Highest = Math.Max(Highest, position);

    public void Add(LaneItem item)
    {
        if (!_positions.Add(item.Position)) return;
        RaiseTo(item.Position);
        if (!_sessions.TryGetValue(item.SessionId, out var session)) _sessions[item.SessionId] = session = new(item.SessionId);
        var head = session.Head;
        session.Add(item);
        if (session.IsBusy || ReferenceEquals(head, session.Head)) return;
        Place(session, item.NextAt ?? DateTimeOffset.MinValue);
    }

    /// <summary>The next session that may go; its head is then being sent. Null when there is none.</summary>
    public LaneSession? Take(DateTimeOffset now)
    {
        Ripen(now);
        while (_ready.TryDequeue(out var next))
            if (IsPlaced(next)) return Begin(next.Session);
        return null;
    }

    /// <summary>Sessions whose head is too old, whether its time has come or not; their heads are then being handled.</summary>
    public List<LaneSession> TakeAll(Func<LaneItem, bool> which, int most)
    {
        var taken = _sessions.Values.Where(s => !s.IsBusy && which(s.Head)).Take(most).ToList();
        foreach (var session in taken) Begin(session);
        return taken;
    }

    /// <summary>The head has left the lane, or is tried again later.</summary>
    public void Finish(LaneSession session, LaneItem item, LaneStep step)
    {
        session.IsBusy = false;
        Busy--;
        if (step.Again is { } again && !item.IsDropped)
        {
            session.Add(item);
            Place(session, again);
            return;
        }

        _positions.Remove(item.Position);
        session.Remove(item);
        if (session.Count == 0) _sessions.Remove(session.Id);
        else Place(session, session.Head.NextAt ?? DateTimeOffset.MinValue);
    }

    /// <summary>Nothing of that session goes any more; what is being sent ends by itself.</summary>
    public void Forget(Guid id)
    {
        if (!_sessions.TryGetValue(id, out var session)) return;
        foreach (var item in session.Items.ToList())
        {
            item.IsDropped = true;
            if (session.IsBusy && ReferenceEquals(item, session.Head)) continue;
            _positions.Remove(item.Position);
            session.Remove(item);
        }

        session.Ticket++;
        if (session.Count == 0) _sessions.Remove(id);
    }

    /// <summary>What its replies say is read again when they are sent.</summary>
    public IEnumerable<LaneItem> Idle(Guid id) =>
        _sessions.TryGetValue(id, out var session) ? session.Items.Where(i => !session.IsBusy || !ReferenceEquals(i, session.Head)) : [];

    public void ForgetAll()
    {
        foreach (var id in _sessions.Keys.ToList()) Forget(id);
    }

    /// <summary>What waits for its time goes now.</summary>
    public void Hasten()
    {
        foreach (var session in _sessions.Values.Where(s => !s.IsBusy)) Place(session, DateTimeOffset.MinValue);
    }

    /// <summary>When the next session's time comes; null when none waits for its time.</summary>
    public DateTimeOffset? NextDue()
    {
        while (_later.TryPeek(out var next, out var due))
        {
            if (IsPlaced(next)) return due;
            _later.Dequeue();
        }

        return null;
    }

    private static bool IsPlaced((LaneSession Session, int Ticket) place) => place.Session.Ticket == place.Ticket && !place.Session.IsBusy && place.Session.Count > 0;

    private LaneSession Begin(LaneSession session)
    {
        session.IsBusy = true;
        session.Ticket++;
        Busy++;
        return session;
    }

    private void Place(LaneSession session, DateTimeOffset notBefore)
    {
        var place = (session, ++session.Ticket);
        if (notBefore == DateTimeOffset.MinValue) _ready.Enqueue(place);
        else _later.Enqueue(place, notBefore);
    }

    private void Ripen(DateTimeOffset now)
    {
        while (_later.TryPeek(out var next, out var due) && due <= now)
        {
            _later.Dequeue();
            if (IsPlaced(next)) _ready.Enqueue(next);
        }
    }
}
