namespace OpenClaw.Gateway.Core.Telemetry;

/// <summary>
/// One channel's counters. Each stripe belongs to a few processors, so that counting neither waits nor shares a cache line;
/// only the roll, once a second, adds the stripes up.
/// </summary>
internal sealed class ChannelCounters(Guid tenant, Guid channel)
{
    private const int Seconds = 60;
    private const int Slots = 12;
    private const int SecondsPerSlot = Seconds / Slots;
    private static readonly int Mask = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(Environment.ProcessorCount, 1, 16)) - 1;

    private readonly Stripe[] _stripes = Enumerable.Range(0, Mask + 1).Select(_ => new Stripe()).ToArray();
    private readonly long[] _durable = new long[LatencyHistogram.Buckets];
    private readonly long[] _delivery = new long[LatencyHistogram.Buckets];
    private readonly long[] _routing = new long[LatencyHistogram.Buckets];
    private readonly int[] _accepted = new int[Seconds];
    private readonly int[] _answered = new int[Seconds];
    private readonly int[] _delivered = new int[Seconds];
    private readonly long[][] _latency = Enumerable.Range(0, Slots).Select(_ => new long[LatencyHistogram.Buckets]).ToArray();
    private readonly long[] _seen = new long[LatencyHistogram.Buckets];
    private readonly long[] _minute = new long[LatencyHistogram.Buckets];
    private long _lastAccepted, _lastAnswered, _lastDelivered;
    private DateTimeOffset? _lastIn, _lastOut;
    private int _second;
    private long _sendFailures;

    public Guid Tenant => tenant;

    public Guid Channel => channel;

    /// <summary>The calling processor's stripe.</summary>
    public Stripe Mine => _stripes[Thread.GetCurrentProcessorId() & Mask];

    /// <summary>Latency counts of the last minute, as of the last roll.</summary>
    public ReadOnlySpan<long> Minute => _minute;

    public ChannelFigures Figures { get; private set; } = new(channel, 0, 0, 0, default, 0, 0, 0, 0);

    /// <summary>Messages accepted since the start.</summary>
    public long Accepted => _stripes.Sum(s => Volatile.Read(ref s.Accepted));

    /// <summary>A message was made durable in that time. The journal tells one at a time: one array for all processors.</summary>
    public void Stored(long micros) => Interlocked.Increment(ref _durable[LatencyHistogram.BucketOf(micros)]);

    /// <summary>A reply took that long to its platform.</summary>
    public void Sent(long micros) => Interlocked.Increment(ref _delivery[LatencyHistogram.BucketOf(micros)]);

    /// <summary>It took that long until it was clear which agent a message goes to.</summary>
    public void Routed(long micros) => Interlocked.Increment(ref _routing[LatencyHistogram.BucketOf(micros)]);

    /// <summary>An attempt to send a reply failed.</summary>
    public void SendFailed() => Interlocked.Increment(ref _sendFailures);

    /// <summary>All that was counted since the start.</summary>
    public void Read(ChannelTotals totals)
    {
        totals.Clear();
        totals.SendFailures = Volatile.Read(ref _sendFailures);
        foreach (var stripe in _stripes)
        {
            totals.Accepted += Volatile.Read(ref stripe.Accepted);
            totals.Answered += Volatile.Read(ref stripe.Answered);
            totals.Delivered += Volatile.Read(ref stripe.Delivered);
            totals.Dead += Volatile.Read(ref stripe.Dead);
            for (var i = 0; i < totals.Answering.Length; i++) totals.Answering[i] += Volatile.Read(ref stripe.Latency[i]);
        }

        for (var i = 0; i < totals.Storing.Length; i++)
        {
            totals.Storing[i] = Volatile.Read(ref _durable[i]);
            totals.Sending[i] = Volatile.Read(ref _delivery[i]);
            totals.Routing[i] = Volatile.Read(ref _routing[i]);
        }
    }

    /// <summary>Accepted messages of the last 60 seconds, oldest first, added to <paramref name="sums"/>.</summary>
    public void AddTo(int[] sums)
    {
        for (var i = 0; i < Seconds; i++) sums[i] += _accepted[(_second + i) % Seconds];
    }

    /// <summary>Closes the second that ends now. One caller at a time.</summary>
    public void Roll(DateTimeOffset now)
    {
        long accepted = 0, answered = 0, delivered = 0, sockets = 0, sessions = 0, unfinished = 0, dead = 0;
        foreach (var stripe in _stripes)
        {
            accepted += Volatile.Read(ref stripe.Accepted);
            answered += Volatile.Read(ref stripe.Answered);
            delivered += Volatile.Read(ref stripe.Delivered);
            sockets += Volatile.Read(ref stripe.Sockets);
            sessions += Volatile.Read(ref stripe.Sessions);
            unfinished += Volatile.Read(ref stripe.Unfinished);
            dead += Volatile.Read(ref stripe.Dead);
        }

        _accepted[_second] = (int)(accepted - _lastAccepted);
        _answered[_second] = (int)(answered - _lastAnswered);
        _delivered[_second] = (int)(delivered - _lastDelivered);
        if (accepted > _lastAccepted) _lastIn = now;
        if (delivered > _lastDelivered) _lastOut = now;
        (_lastAccepted, _lastAnswered, _lastDelivered) = (accepted, answered, delivered);
        RollLatency(_second / SecondsPerSlot, first: _second % SecondsPerSlot == 0);
        var last = _second;
        _second = (_second + 1) % Seconds;
        Figures = new(channel, Rate(_accepted, last), Rate(_answered, last), Rate(_delivered, last), LatencyHistogram.Figures(_minute), sessions, sockets, Math.Max(0, unfinished), dead)
        {
            Accepted = accepted, Answered = answered, Delivered = delivered, LastInAt = _lastIn, LastOutAt = _lastOut,
        };
    }

    private void RollLatency(int slot, bool first)
    {
        if (first) Array.Clear(_latency[slot]);
        for (var bucket = 0; bucket < LatencyHistogram.Buckets; bucket++)
        {
            var now = 0L;
            foreach (var stripe in _stripes) now += Volatile.Read(ref stripe.Latency[bucket]);
            _latency[slot][bucket] += now - _seen[bucket];
            _seen[bucket] = now;
            _minute[bucket] = 0;
            foreach (var counts in _latency) _minute[bucket] += counts[bucket];
        }
    }

    private static double Rate(int[] seconds, int last)
    {
        var sum = 0;
        for (var i = 0; i < LiveSnapshot.RateSeconds; i++) sum += seconds[(last - i + Seconds) % Seconds];
        return (double)sum / LiveSnapshot.RateSeconds;
    }

    /// <summary>The counters of some processors; padded to two cache lines by the object's own layout.</summary>
    [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Sequential)]
    internal sealed class Stripe
    {
        internal readonly long[] Latency = new long[LatencyHistogram.Buckets];
        internal long Accepted, Answered, Delivered, Unfinished, Sockets, Sessions, Dead;
#pragma warning disable CS0169, CA1823, IDE0051 // keeps the next object on another cache line
        private readonly long _p0, _p1, _p2, _p3, _p4, _p5, _p6, _p7;
#pragma warning restore CS0169, CA1823, IDE0051
    }
}
