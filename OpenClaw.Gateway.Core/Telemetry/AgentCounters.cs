namespace OpenClaw.Gateway.Core.Telemetry;

/// <summary>One agent's counters. They outlive its models: a changed agent goes on counting where it was.</summary>
internal sealed class AgentCounters(TimeProvider time)
{
    private const int Minutes = 60;

    /// <summary>A failure counts as an answer that took at least so long, and longer than its answers: who fails fast must not look quick.</summary>
    private const double FailureMs = 1_000;
    private const double FailureFactor = 4;
    private const double LongestFailureMs = 120_000;
    private readonly HourCount _asked = new();
    private readonly Lock _lock = new();
    private readonly int[] _failures = new int[Minutes];
    private readonly long[] _answers = new long[LatencyHistogram.Buckets];
    private DateTimeOffset? _lastFailure;
    private long _failed;
    private long _minute;
    private long _lastAnswer;
    private LatencyEstimate _latency;
    private LatencyEstimate _firstToken;
    private int _open;
    private int _coming;
    private AgentHealth? _health;

    /// <summary>Hears how long each answer took; null = nobody does.</summary>
    public Action<TimeSpan>? Timed { get; init; }

    /// <summary>What the checks of its health say; null = it is not checked.</summary>
    public AgentHealth? Health
    {
        get => Volatile.Read(ref _health);
        set => Volatile.Write(ref _health, value);
    }

    /// <summary>So many more are about to be asked: they wait for their turn, or to be on record first.</summary>
    public void Come(int change) => Interlocked.Add(ref _coming, change);

    /// <summary>A request goes out. The result is for <see cref="Took"/>.</summary>
    public long Begin()
    {
        Interlocked.Increment(ref _open);
        _asked.Add(Minute());
        return time.GetTimestamp();
    }

    /// <summary>It answered: how long it took since <see cref="Begin"/>, and until its first token where that is known.</summary>
    public void Took(long begun, TimeSpan? firstToken)
    {
        var (now, took) = (NowMs(), time.GetElapsedTime(begun));
        _latency.Observe(took.TotalMilliseconds, now);
        Interlocked.Increment(ref _answers[LatencyHistogram.BucketOf((long)took.TotalMicroseconds)]);
        Timed?.Invoke(took);
        if (firstToken is { } first) _firstToken.Observe(first.TotalMilliseconds, now);
    }

    /// <summary>It is in trouble: for the balancing, an answer that took long.</summary>
    public void Stumbled(long begun)
    {
        var now = NowMs();
        var penalty = Math.Max(FailureMs, FailureFactor * _latency.At(now).Average);
        _latency.Observe(Math.Max(time.GetElapsedTime(begun).TotalMilliseconds, Math.Min(LongestFailureMs, penalty)), now);
    }

    /// <summary>How busy it is. Costs some nanoseconds.</summary>
    public AgentLoad Load()
    {
        var (average, faded) = _latency.At(NowMs());
        return new(Volatile.Read(ref _open) + Volatile.Read(ref _coming), average, faded);
    }

    /// <summary>It ended, by an answer (also one that is promised for later) or by a failure.</summary>
    public void End(bool answered)
    {
        Interlocked.Decrement(ref _open);
        if (answered)
        {
            Volatile.Write(ref _lastAnswer, time.GetUtcNow().UtcTicks);
            return;
        }

        lock (_lock)
        {
            MoveOn();
            _failures[_minute % Minutes]++;
            _failed++;
            _lastFailure = time.GetUtcNow();
        }
    }

    /// <summary>Requests that failed since the start; adds up how long the answers took in <paramref name="answers"/>.</summary>
    public long Totals(Span<long> answers)
    {
        for (var i = 0; i < answers.Length; i++) answers[i] = Volatile.Read(ref _answers[i]);
        lock (_lock) return _failed;
    }

    /// <summary>It ended because the gateway stops: neither.</summary>
    public void Abandon() => Interlocked.Decrement(ref _open);

    public AgentFigures Figures()
    {
        var last = Volatile.Read(ref _lastAnswer);
        lock (_lock)
        {
            MoveOn();
            return new(Volatile.Read(ref _open), last == 0 ? null : new DateTimeOffset(last, TimeSpan.Zero), _failures.Sum())
            {
                LastFailureAt = _lastFailure,
                Coming = Volatile.Read(ref _coming),
                AskedLastHour = _asked.Total(Minute()),
                LatencyMs = Known(_latency.At(NowMs()).Average),
                FirstTokenMs = Known(_firstToken.At(NowMs()).Average),
                Health = Health,
            };
        }
    }

    private static double? Known(double ms) => ms == 0 ? null : Math.Round(ms, 1);

    private double NowMs() => time.GetTimestamp() * 1_000.0 / time.TimestampFrequency;

    private long Minute() => time.GetUtcNow().UtcTicks / TimeSpan.TicksPerMinute;

    /// <summary>Empties the minutes that have passed since the last look.</summary>
    private void MoveOn()
    {
        var now = time.GetUtcNow().UtcTicks / TimeSpan.TicksPerMinute;
        if (now - _minute >= Minutes) Array.Clear(_failures);
        else
            for (var minute = _minute + 1; minute <= now; minute++) _failures[minute % Minutes] = 0;
        _minute = Math.Max(now, _minute);
    }
}
