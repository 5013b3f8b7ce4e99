using System.Collections.Concurrent;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Ingest;

/// <summary>
/// Lets messages through to the journal. Its queue is first come, first served, so each tenant has only so many messages in it while others send
/// too; the rest waits here, in its tenant's own line, and goes on as those are judged. Equal windows on one queue are equal shares of it, and one who
/// sends little never finds more than the windows of the others before it. A tenant that sends alone passes without a bound.
/// </summary>
internal sealed class TenantLanes : IIntakeGate
{
    /// <summary>Messages in the journal's queue, of all tenants together, while several of them send.</summary>
    public const int Window = 128;

    /// <summary>However many tenants send, each has so many.</summary>
    public const int LeastShare = 16;

    /// <summary>A tenant counts as sending for so long after its last message.</summary>
    public static readonly TimeSpan ActiveFor = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan CountEvery = TimeSpan.FromMilliseconds(250);
    private readonly ConcurrentDictionary<Guid, TenantLane> _lanes = new();
    private readonly ISessionIntake _intake;
    private readonly TenantLoads _loads;
    private readonly TimeProvider _time;
    private long _countedAt;
    private int _share = int.MaxValue;
    private int _queued;

    public TenantLanes(ISessionIntake intake, TenantLoads loads, TimeProvider time)
    {
        (_intake, _loads, _time) = (intake, loads, time);
        _countedAt = time.GetTimestamp();
        intake.Gate = this;
    }

    /// <summary>Messages that wait here, of all tenants.</summary>
    public int Queued => Volatile.Read(ref _queued);

    /// <summary>How many messages each tenant may have in the journal's queue now.</summary>
    public int Share => Volatile.Read(ref _share);

    /// <summary>A tenant's lane.</summary>
    public TenantLane Of(Guid tenant)
    {
        if (_lanes.TryGetValue(tenant, out var lane)) return lane;
        return _lanes.GetOrAdd(tenant, static (id, loads) => new(loads.Of(id)), _loads);
    }

    /// <summary>Offers a message to the sessions, now or when it is its turn; in order of the calls.</summary>
    public void Enter(TenantLane lane, InboundMessage message, IAcceptObserver observer)
    {
        Note(lane);
        if (lane.TryPass(Share))
        {
            _intake.Offer(message, observer);
            return;
        }

        Interlocked.Increment(ref _queued);
        lane.Enqueue(message, observer);
        Release(lane);
    }

    /// <inheritdoc />
    public void Judged(Guid tenant)
    {
        var lane = Of(tenant);
        if (lane.Judged()) Release(lane);
    }

    /// <summary>One thread at a time releases a lane, so that the order holds.</summary>
    private void Release(TenantLane lane)
    {
        while (lane.TryBegin())
        {
            while (lane.TryDequeue(Share, out var message, out var observer))
            {
                Interlocked.Decrement(ref _queued);
                _intake.Offer(message, observer);
            }

            // what came, or was judged, after the last look found the lane being released
            if (!lane.End(Share)) return;
        }
    }

    private void Note(TenantLane lane)
    {
        var now = _time.GetTimestamp();
        var before = Volatile.Read(ref lane.LastAt);
        Volatile.Write(ref lane.LastAt, now);
        if (_time.GetElapsedTime(before, now) <= ActiveFor && before != 0 && _time.GetElapsedTime(Volatile.Read(ref _countedAt), now) < CountEvery) return;
        Volatile.Write(ref _countedAt, now);
        var active = 0;
        foreach (var (_, other) in _lanes)
        {
            var last = Volatile.Read(ref other.LastAt);
            if (last != 0 && _time.GetElapsedTime(last, now) <= ActiveFor) active++;
        }

        Volatile.Write(ref _share, active <= 1 ? int.MaxValue : Math.Max(LeastShare, Window / active));
    }
}
