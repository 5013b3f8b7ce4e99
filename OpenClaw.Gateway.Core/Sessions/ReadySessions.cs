using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace OpenClaw.Gateway.Core.Sessions;

/// <summary>
/// Sessions that have something to do, worked off by a few pool work items: a group of messages wakes the pool once, not once per
/// message. A session's work only starts things; what takes time is awaited and holds no worker.
/// </summary>
/// <remarks>
/// Tenants take turns, one session each, so that nobody waits behind another's flood. What people wrote goes before what is replayed in bulk,
/// which still has one turn in <see cref="BulkEvery"/>.
/// </remarks>
/// <param name="handler">Handles the sessions' messages.</param>
/// <param name="start">Has a worker run; null = by the pool.</param>
internal sealed class ReadySessions(Lazy<IMailboxHandler> handler, Action<IThreadPoolWorkItem>? start = null) : IThreadPoolWorkItem
{
    /// <summary>While both wait, every so manyth session is one of a bulk replay.</summary>
    public const int BulkEvery = 8;

    private static readonly int MostWorkers = Math.Max(2, Environment.ProcessorCount);
    private readonly ConcurrentDictionary<Guid, ReadyTurn> _turns = new();
    private readonly Lock _lock = new();
    private readonly ReadyLane _people = new();
    private readonly ReadyLane _bulk = new();
    private int _sinceBulk;
    private int _workers;

    /// <summary>A tenant's turn; all its channels share it.</summary>
    public ReadyTurn TurnOf(Guid tenant) => _turns.GetOrAdd(tenant, static _ => new());

    /// <summary>The tenant is removed.</summary>
    public void Forget(Guid tenant) => _turns.TryRemove(tenant, out _);

    public void Add(LiveSession session)
    {
        var turn = session.Turn;
        var isBulk = session.IsBulk;
        lock (_lock)
        {
            if (isBulk) _bulk.Add(turn.Bulk, session);
            else _people.Add(turn.People, session);
        }

        StartWorker();
    }

    void IThreadPoolWorkItem.Execute()
    {
        while (TryTake(out var session)) session.Work(handler.Value);
        Interlocked.Decrement(ref _workers);

        // One that came in after the last look found all workers still counted.
        if (!IsEmpty) StartWorker();
    }

    /// <summary>The session whose turn it is.</summary>
    internal bool TryTake([MaybeNullWhen(false)] out LiveSession session)
    {
        lock (_lock)
        {
            var lane = _bulk.IsEmpty || (!_people.IsEmpty && _sinceBulk < BulkEvery - 1) ? _people : _bulk;
            if (!lane.TryTake(out session)) return false;
            _sinceBulk = lane == _bulk || _bulk.IsEmpty ? 0 : _sinceBulk + 1;
            return true;
        }
    }

    private bool IsEmpty
    {
        get
        {
            lock (_lock) return _people.IsEmpty && _bulk.IsEmpty;
        }
    }

    private void StartWorker()
    {
        var workers = Volatile.Read(ref _workers);
        while (workers < MostWorkers)
        {
            var seen = Interlocked.CompareExchange(ref _workers, workers + 1, workers);
            if (seen == workers)
            {
                if (start is null) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                else start(this);
                return;
            }

            workers = seen;
        }
    }
}

/// <summary>One tenant's sessions that have something to do, by lane. Guarded by the lock of <see cref="ReadySessions"/>.</summary>
internal sealed class ReadyTurn
{
    public Queue<LiveSession> People { get; } = new();

    public Queue<LiveSession> Bulk { get; } = new();
}

/// <summary>The tenants that have something in one lane, in the order of their turns. Not thread-safe.</summary>
internal sealed class ReadyLane
{
    private const int KeptCapacity = 4096;
    private readonly Queue<Queue<LiveSession>> _round = new();

    public bool IsEmpty => _round.Count == 0;

    public void Add(Queue<LiveSession> tenant, LiveSession session)
    {
        tenant.Enqueue(session);
        if (tenant.Count == 1) _round.Enqueue(tenant);
    }

    public bool TryTake([MaybeNullWhen(false)] out LiveSession session)
    {
        session = null;
        if (!_round.TryDequeue(out var tenant)) return false;
        session = tenant.Dequeue();
        if (tenant.Count > 0) _round.Enqueue(tenant);
        else if (tenant.Capacity > KeptCapacity) tenant.TrimExcess();
        return true;
    }
}
