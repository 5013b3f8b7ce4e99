namespace OpenClaw.Gateway.Core.Telemetry;

/// <summary>One agent's counters. They outlive its models: a changed agent goes on counting where it was.</summary>
internal sealed class AgentCounters(TimeProvider time)
{
    private const int Minutes = 60;
    private readonly Lock _lock = new();
    private readonly int[] _failures = new int[Minutes];
    private DateTimeOffset? _lastFailure;
    private long _minute;
    private long _lastAnswer;
    private int _open;

    /// <summary>A request goes out.</summary>
    public void Begin() => Interlocked.Increment(ref _open);

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
            _lastFailure = time.GetUtcNow();
        }
    }

    /// <summary>It ended because the gateway stops: neither.</summary>
    public void Abandon() => Interlocked.Decrement(ref _open);

    public AgentFigures Figures()
    {
        var last = Volatile.Read(ref _lastAnswer);
        lock (_lock)
        {
            MoveOn();
            return new(Volatile.Read(ref _open), last == 0 ? null : new DateTimeOffset(last, TimeSpan.Zero), _failures.Sum()) { LastFailureAt = _lastFailure };
        }
    }

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
