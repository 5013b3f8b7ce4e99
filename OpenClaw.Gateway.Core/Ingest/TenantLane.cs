using System.Diagnostics.CodeAnalysis;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Ingest;

/// <summary>One tenant's way to the journal: how many of its messages are on it, and which wait for room.</summary>
internal sealed class TenantLane(TenantLoad load)
{
    private readonly Queue<(InboundMessage Message, IAcceptObserver Observer)> _line = new();
    private int _inFlight;
    private int _waiting;
    private bool _releasing;

    /// <summary>When it last sent (a timestamp); 0 = never. Owned by <see cref="TenantLanes"/>.</summary>
    internal long LastAt;

    /// <summary>What the tenant has in memory behind the journal.</summary>
    public TenantLoad Load => load;

    /// <summary>Messages that were offered and are not judged yet.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Messages that wait in line.</summary>
    public int Queued => Volatile.Read(ref _waiting);

    /// <summary>Everything that the tenant has on its way to an agent.</summary>
    public int OnTheWay => InFlight + Queued + load.Waiting;

    /// <summary>Takes room on the way; false when there is none, or others wait for it.</summary>
    public bool TryPass(int share)
    {
        if (Volatile.Read(ref _waiting) > 0) return false;
        if (share == int.MaxValue)
        {
            Interlocked.Increment(ref _inFlight);
            return true;
        }

        if (Interlocked.Increment(ref _inFlight) <= share) return true;
        Interlocked.Decrement(ref _inFlight);
        return false;
    }

    /// <summary>A message was judged. True when others may wait for its room.</summary>
    public bool Judged()
    {
        Interlocked.Decrement(ref _inFlight);
        return Volatile.Read(ref _waiting) > 0;
    }

    /// <summary>Puts a message in line.</summary>
    public void Enqueue(InboundMessage message, IAcceptObserver observer)
    {
        lock (_line)
        {
            _line.Enqueue((message, observer));
            Interlocked.Increment(ref _waiting);
        }
    }

    /// <summary>Begins to release; false while another thread does, or when nothing waits.</summary>
    public bool TryBegin()
    {
        lock (_line)
        {
            if (_releasing || _line.Count == 0) return false;
            return _releasing = true;
        }
    }

    /// <summary>The next in line, if there is room for it. Only between <see cref="TryBegin"/> and <see cref="End"/>.</summary>
    public bool TryDequeue(int share, [MaybeNullWhen(false)] out InboundMessage message, [MaybeNullWhen(false)] out IAcceptObserver observer)
    {
        lock (_line)
        {
            (message, observer) = (null, null);
            if (_line.Count == 0 || !TryTakeRoom(share)) return false;
            (message, observer) = _line.Dequeue();
            return true;
        }
    }

    /// <summary>Ends releasing. True when there is something to release all the same.</summary>
    public bool End(int share)
    {
        lock (_line)
        {
            _releasing = false;
            // until here those counted as waiting that had been taken out: who came meanwhile must not overtake them
            Volatile.Write(ref _waiting, _line.Count);
            return _line.Count > 0 && InFlight < share;
        }
    }

    private bool TryTakeRoom(int share)
    {
        if (Interlocked.Increment(ref _inFlight) <= share) return true;
        Interlocked.Decrement(ref _inFlight);
        return false;
    }
}
