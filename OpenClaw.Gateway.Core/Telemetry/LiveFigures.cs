using System.Collections.Concurrent;

namespace OpenClaw.Gateway.Core.Telemetry;

/// <summary>
/// Counts what passes by. The methods are called once per message on the hot path: two look-ups and an uncontended add,
/// no lock, no allocation. Gauges (sockets, sessions, unfinished) may be raised and lowered on different threads.
/// </summary>
internal sealed class LiveFigures : ILiveFigures, IDisposable
{
    private const int Seconds = 60;
    private readonly ConcurrentDictionary<Guid, ChannelCounters> _channels = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _roll = new();
    private DateTimeOffset _at;

    public LiveFigures(TimeProvider time)
    {
        _time = time;
        _at = time.GetUtcNow();
        _timer = time.CreateTimer(static state => ((LiveFigures)state!).Roll(), this, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    /// <summary>All channels that had traffic since the start.</summary>
    public IEnumerable<ChannelCounters> Channels => _channels.Values;

    /// <summary>Hears of each duration too; null = nobody does.</summary>
    public IDurationRecorder? Recorder { get; set; }

    /// <summary>A message is durable, <paramref name="micros"/> microseconds after it came; below 0 = that is not known.</summary>
    public void Accepted(Guid tenant, Guid channel, long micros = -1)
    {
        var counters = Of(tenant, channel);
        var mine = counters.Mine;
        Interlocked.Increment(ref mine.Accepted);
        Interlocked.Increment(ref mine.Unfinished);
        if (micros < 0) return;
        counters.Stored(micros);
        Recorder?.Took(MessageStage.Stored, channel, micros);
    }

    /// <summary>An agent was chosen for a message, <paramref name="micros"/> microseconds after it was accepted.</summary>
    public void Routed(Guid tenant, Guid channel, long micros)
    {
        Of(tenant, channel).Routed(micros);
        Recorder?.Took(MessageStage.Routed, channel, micros);
    }

    /// <summary>Messages accepted since the start, of all tenants. Not for the hot path.</summary>
    public long AcceptedInAll => _channels.Values.Sum(c => c.Accepted);

    /// <summary>Unfinished messages found at start.</summary>
    public void Recovered(Guid tenant, Guid channel, long count) => Interlocked.Add(ref Of(tenant, channel).Mine.Unfinished, count);

    /// <summary>A message is answered, <paramref name="micros"/> microseconds after it was accepted.</summary>
    public void Answered(Guid tenant, Guid channel, long micros)
    {
        var mine = Of(tenant, channel).Mine;
        Interlocked.Increment(ref mine.Answered);
        Interlocked.Decrement(ref mine.Unfinished);
        Interlocked.Increment(ref mine.Latency[LatencyHistogram.BucketOf(micros)]);
        Recorder?.Took(MessageStage.Answered, channel, micros);
    }

    /// <summary>A rule dropped a message.</summary>
    public void Dropped(Guid tenant, Guid channel) => Interlocked.Decrement(ref Of(tenant, channel).Mine.Unfinished);

    /// <summary>A message became a dead letter.</summary>
    public void Died(Guid tenant, Guid channel)
    {
        var mine = Of(tenant, channel).Mine;
        Interlocked.Increment(ref mine.Dead);
        Interlocked.Decrement(ref mine.Unfinished);
    }

    /// <summary>A reply became a dead letter: its message was answered and counted before.</summary>
    public void NotDelivered(Guid tenant, Guid channel) => Interlocked.Increment(ref Of(tenant, channel).Mine.Dead);

    /// <summary>The platform has a reply, <paramref name="micros"/> microseconds after it was written; below 0 = that is not known.</summary>
    public void Delivered(Guid tenant, Guid channel, long micros = -1)
    {
        var counters = Of(tenant, channel);
        Interlocked.Increment(ref counters.Mine.Delivered);
        if (micros < 0) return;
        counters.Sent(micros);
        Recorder?.Took(MessageStage.Delivered, channel, micros);
    }

    /// <summary>An attempt to send a reply failed, and there will be another.</summary>
    public void SendFailed(Guid tenant, Guid channel) => Of(tenant, channel).SendFailed();

    /// <summary>Client sockets opened (1) or closed (-1).</summary>
    public void Sockets(Guid tenant, Guid channel, int change) => Interlocked.Add(ref Of(tenant, channel).Mine.Sockets, change);

    /// <summary>Sessions that came into memory (1) or left it (-1).</summary>
    public void Sessions(Guid tenant, Guid channel, int change) => Interlocked.Add(ref Of(tenant, channel).Mine.Sessions, change);

    /// <inheritdoc />
    public LiveSnapshot Snapshot(Guid tenant)
    {
        lock (_roll)
        {
            var latency = new long[LatencyHistogram.Buckets];
            var seconds = new int[Seconds];
            var channels = new List<ChannelFigures>();
            foreach (var counters in _channels.Values.Where(c => c.Tenant == tenant))
            {
                channels.Add(counters.Figures);
                counters.AddTo(seconds);
                for (var i = 0; i < latency.Length; i++) latency[i] += counters.Minute[i];
            }

            return new() { At = _at, Latency = LatencyHistogram.Figures(latency), Channels = channels, LastMinute = seconds };
        }
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>Closes a second for every channel.</summary>
    internal void Roll()
    {
        lock (_roll)
        {
            _at = _time.GetUtcNow();
            foreach (var counters in _channels.Values) counters.Roll(_at);
        }
    }

    private ChannelCounters Of(Guid tenant, Guid channel) =>
        _channels.TryGetValue(channel, out var counters) ? counters : _channels.GetOrAdd(channel, static (id, owner) => new(owner, id), tenant);
}
