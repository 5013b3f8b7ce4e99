namespace OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;

/// <summary>
/// Counts what Discord counts against an address: 10,000 answers of 401, 403 or 429 within ten minutes, and it answers nobody there for a day. Shared by all
/// bots that call the same host; stops them before.
/// </summary>
internal sealed class InvalidBudget(TimeProvider time, int most = InvalidBudget.Most)
{
    /// <summary>Below Discord's 10,000, as calls are under way while the last ones are counted.</summary>
    public const int Most = 9_000;

    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(30);
    private const int Slices = 20;

    private readonly Lock _lock = new();
    private readonly int[] _counts = new int[Slices];
    private long _current;

    /// <summary>How many of them in the last ten minutes.</summary>
    public int Used
    {
        get
        {
            lock (_lock)
            {
                Turn();
                return _counts.Sum();
            }
        }
    }

    /// <summary>How long nothing may be called; zero = it may.</summary>
    public TimeSpan Wait
    {
        get
        {
            lock (_lock)
            {
                Turn();
                if (_counts.Sum() < most) return TimeSpan.Zero;
                var oldest = _current - Slices + 1;
                while (_counts[oldest % Slices] == 0) oldest++;
                return new DateTimeOffset((oldest + Slices) * Slice.Ticks, TimeSpan.Zero) - time.GetUtcNow();
            }
        }
    }

    /// <summary>One more came.</summary>
    public void Count()
    {
        lock (_lock)
        {
            Turn();
            _counts[_current % Slices]++;
        }
    }

    private void Turn()
    {
        var now = time.GetUtcNow().UtcTicks / Slice.Ticks;
        if (now - _current >= Slices) Array.Clear(_counts);
        else
            for (var slice = _current + 1; slice <= now; slice++) _counts[slice % Slices] = 0;
        if (now > _current) _current = now;
    }
}
