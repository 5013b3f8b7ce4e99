using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Sessions;

namespace OpenClaw.Gateway.Core.Pipeline;

/// <summary>
/// Sessions whose current message waits: for the time of its next attempt, or for a channel or agent that nothing goes to now. No thread and no
/// timer of its own waits with it: there is one for all. Whoever is let go is handled from the beginning, and may come back.
/// </summary>
internal sealed class Waits : ITenantRemoval, IDisposable
{
    /// <summary>Who was let go to see whether the way is free may have come to nothing; then the next one is sent.</summary>
    private static readonly long NextScout = TimeSpan.FromSeconds(1).Ticks;
    private readonly ICatalog _catalog;
    private readonly SessionTable _sessions;
    private readonly Circuits _circuits;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Waiter> _waiters = [];
    private readonly Dictionary<Guid, Crowd> _crowds = [];

    /// <summary>By agent, those for which sessions wait that it may answer in place of.</summary>
    private readonly Dictionary<Guid, HashSet<Guid>> _mates = [];
    private readonly PriorityQueue<object, long> _due = new();
    private readonly ITimer _timer;
    private long _armedFor = long.MaxValue;
    private bool _disposed;

    public Waits(ICatalog catalog, SessionTable sessions, Circuits circuits, TimeProvider time)
    {
        (_catalog, _sessions, _circuits, _time) = (catalog, sessions, circuits, time);
        _timer = time.CreateTimer(_ => Due(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        catalog.Changed += LookAgain;
        circuits.Changed += Changed;
        circuits.Freed += ReleaseAll;
    }

    /// <summary>Sessions that wait.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _waiters.Count;
        }
    }

    /// <summary>Waits until that time (<see cref="Micros"/>).</summary>
    public void Until(LiveSession session, MessageRecord message, long due)
    {
        lock (_lock)
        {
            if (_disposed || session.IsDropped) return;
            var waiter = new Waiter(session, message, null);
            if (!TryAdd(waiter)) return;
            Schedule(waiter, Micros.ToTime(due).UtcTicks);
        }
    }

    /// <summary>Waits for a channel or agent until <paramref name="obstacle"/> is out of the way, or the deadline has come.</summary>
    /// <param name="session">The session.</param>
    /// <param name="message">Its current message.</param>
    /// <param name="model">The <see cref="AgentModel"/> or <see cref="ChannelModel"/> as it was when the obstacle was seen.</param>
    /// <param name="obstacle">What is in the way.</param>
    /// <param name="deadline">When it is let go all the same; null = never.</param>
    /// <param name="pool">Agents of which any may answer: it goes on when one of them is free; null = that one only.</param>
    public void For(LiveSession session, MessageRecord message, object model, Obstacle obstacle, DateTimeOffset? deadline, IReadOnlyList<PoolMember>? pool = null)
    {
        var (kind, subject) = model is AgentModel agent ? (SubjectKind.Agent, agent.Id) : (SubjectKind.Channel, ((ChannelModel)model).Id);
        lock (_lock)
        {
            if (_disposed || session.IsDropped) return;
            if (!_crowds.TryGetValue(subject, out var crowd)) _crowds[subject] = crowd = new(kind, subject, model);
            var waiter = new Waiter(session, message, crowd);
            if (!TryAdd(waiter)) return;
            crowd.Waiters.Add(waiter);
            if (pool is not null) Join(crowd, pool);
            _circuits.For(kind, subject, message.TenantId).Wait(1);
            var look = obstacle.CheckAt?.UtcTicks ?? long.MaxValue;
            crowd.CheckAt = crowd.IsScouting || crowd.CheckAt <= _time.GetUtcNow().UtcTicks ? look : Math.Min(look, crowd.CheckAt);
            crowd.IsScouting = false;
            if (crowd.CheckAt != long.MaxValue) Schedule(crowd, crowd.CheckAt);
            if (deadline is { } latest) Schedule(waiter, latest.UtcTicks);
        }

        // whoever changed it between the look and the hold found nobody here
        if (!ReferenceEquals(model, Model(kind, subject))) ReleaseAll(subject);
    }

    /// <summary>Lets a session's message be handled now, if it waits. False when it does not.</summary>
    public bool Release(Guid session)
    {
        Waiter? waiter;
        lock (_lock)
            if (!_waiters.TryGetValue(session, out waiter) || !Remove(waiter)) return false;
        GoOn(waiter);
        return true;
    }

    /// <summary>The way to a channel or agent is free: all go on.</summary>
    public void ReleaseAll(Guid subject)
    {
        List<Waiter> free;
        lock (_lock)
        {
            free = _crowds.TryGetValue(subject, out var crowd) ? [.. crowd.Waiters] : [];
            if (_mates.Remove(subject, out var mates))
                foreach (var mate in mates) if (mate != subject && _crowds.TryGetValue(mate, out var other)) free.AddRange(other.Waiters);
            foreach (var waiter in free) Remove(waiter);
        }

        foreach (var waiter in free) GoOn(waiter);
    }

    public ValueTask RemoveAsync(Guid tenant, CancellationToken cancellationToken)
    {
        lock (_lock)
            foreach (var waiter in _waiters.Values.Where(w => w.Message.TenantId == tenant).ToList()) Remove(waiter);
        return default;
    }

    public void Dispose()
    {
        lock (_lock) _disposed = true;
        _catalog.Changed -= LookAgain;
        _circuits.Changed -= Changed;
        _circuits.Freed -= ReleaseAll;
        _timer.Dispose();
    }

    private object? Model(SubjectKind kind, Guid subject) => kind == SubjectKind.Agent ? _catalog.FindAgent(subject) : _catalog.FindChannel(subject);

    /// <summary>Somebody has changed the configuration, paused, resumed or forced something: who waits for what was changed looks again.</summary>
    private void LookAgain()
    {
        List<Guid> changed;
        lock (_lock) changed = [.. _crowds.Values.Where(c => c.HasMates || !ReferenceEquals(c.Model, Model(c.Kind, c.Subject))).Select(c => c.Subject)];
        foreach (var subject in changed) ReleaseAll(subject);
    }

    /// <summary>Told inside the breaker's turn: what goes on does so on the pool.</summary>
    private void Changed(Circuit circuit)
    {
        if (circuit.State == CircuitState.Closed && (circuit.Waiting > 0 || HasMates(circuit.Subject))) ReleaseAll(circuit.Subject);
    }

    private bool HasMates(Guid subject)
    {
        lock (_lock) return _mates.ContainsKey(subject);
    }

    /// <summary>Under the lock: who waits for one of several is let go when another one of them is free.</summary>
    private void Join(Crowd crowd, IReadOnlyList<PoolMember> pool)
    {
        crowd.HasMates = true;
        foreach (var member in pool)
        {
            if (!_mates.TryGetValue(member.Agent, out var mates)) _mates[member.Agent] = mates = [];
            mates.Add(crowd.Subject);
        }
    }

    private void Due()
    {
        List<Waiter> free = [];
        lock (_lock)
        {
            if (_disposed) return;
            var now = _time.GetUtcNow().UtcTicks;
            _armedFor = long.MaxValue;
            while (_due.TryPeek(out var item, out var at) && at <= now)
            {
                _due.Dequeue();
                if (item is Waiter waiter)
                {
                    if (Remove(waiter)) free.Add(waiter);
                }
                else if (item is Crowd { Waiters.Count: > 0 } crowd && crowd.CheckAt <= now)
                {
                    var scout = crowd.Waiters.Min!;
                    Remove(scout);
                    free.Add(scout);
                    (crowd.CheckAt, crowd.IsScouting) = (now + NextScout, true);
                    if (crowd.Waiters.Count > 0) Schedule(crowd, crowd.CheckAt);
                }
            }

            Arm();
        }

        foreach (var waiter in free) GoOn(waiter);
    }

    /// <summary>Under the lock. Who was dropped meanwhile makes room.</summary>
    private bool TryAdd(Waiter waiter)
    {
        if (_waiters.TryGetValue(waiter.Session.Record.Id, out var known) && known.Session.IsDropped) Remove(known);
        return _waiters.TryAdd(waiter.Session.Record.Id, waiter);
    }

    /// <summary>Under the lock. False when it is gone already.</summary>
    private bool Remove(Waiter waiter)
    {
        if (!_waiters.TryGetValue(waiter.Session.Record.Id, out var known) || !ReferenceEquals(known, waiter)) return false;
        _waiters.Remove(waiter.Session.Record.Id);
        if (waiter.Crowd is not { } crowd) return true;
        crowd.Waiters.Remove(waiter);
        _circuits.For(crowd.Kind, crowd.Subject, waiter.Message.TenantId).Wait(-1);
        if (crowd.Waiters.Count == 0) _crowds.Remove(crowd.Subject);
        return true;
    }

    private void Schedule(object item, long at)
    {
        _due.Enqueue(item, at);
        Arm();
    }

    private void Arm()
    {
        if (!_due.TryPeek(out _, out var at) || at >= _armedFor) return;
        _armedFor = at;
        var wait = at - _time.GetUtcNow().UtcTicks;
        // a timer does not reach further than 49 days; it looks again then
        _timer.Change(TimeSpan.FromTicks(Math.Clamp(wait, 0, TimeSpan.TicksPerDay)), Timeout.InfiniteTimeSpan);
    }

    private void GoOn(Waiter waiter)
    {
        if (waiter.Session.IsDropped) return;
        _sessions.HeldBack(-1);
        waiter.Session.GoOn();
    }

    /// <summary>A session that waits; those of a crowd stand in the order of their messages.</summary>
    private sealed class Waiter(LiveSession session, MessageRecord message, Crowd? crowd)
    {
        public LiveSession Session => session;

        public MessageRecord Message => message;

        public Crowd? Crowd => crowd;
    }

    /// <summary>Who waits for one channel or agent.</summary>
    private sealed class Crowd(SubjectKind kind, Guid subject, object? model)
    {
        public SubjectKind Kind => kind;

        public Guid Subject => subject;

        /// <summary>What it was when the first one came: another one means that somebody changed something.</summary>
        public object? Model => model;

        public SortedSet<Waiter> Waiters { get; } = new(Comparer<Waiter>.Create((a, b) => a.Message.Position.CompareTo(b.Message.Position)));

        /// <summary>Some of them may be answered by others.</summary>
        public bool HasMates { get; set; }

        /// <summary>One was sent to look, and has not come back.</summary>
        public bool IsScouting { get; set; }

        /// <summary>When one of them looks whether the way is free (ticks).</summary>
        public long CheckAt { get; set; } = long.MaxValue;
    }
}
