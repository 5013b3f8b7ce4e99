namespace OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;

/// <summary>What holds for all calls of a bot together: 50 in any second, and the pauses that Discord asks for.</summary>
internal sealed class GlobalLimit(TimeProvider time)
{
    /// <summary>Calls in any second.</summary>
    public const int PerSecond = 50;

    private readonly Lock _lock = new();
    private readonly DateTimeOffset[] _last = new DateTimeOffset[PerSecond];
    private int _next;
    private DateTimeOffset _pausedUntil;

    /// <summary>How long a call would wait now.</summary>
    public TimeSpan Wait
    {
        get
        {
            var now = time.GetUtcNow();
            lock (_lock) return Earliest(now) - now;
        }
    }

    /// <summary>How long all calls pause because Discord asked for it.</summary>
    public TimeSpan Paused
    {
        get
        {
            var now = time.GetUtcNow();
            lock (_lock) return _pausedUntil > now ? _pausedUntil - now : TimeSpan.Zero;
        }
    }

    /// <summary>Calls that may still go in this second.</summary>
    public int Left
    {
        get
        {
            var since = time.GetUtcNow() - TimeSpan.FromSeconds(1);
            lock (_lock) return _last.Count(at => at <= since);
        }
    }

    /// <summary>Takes the next place: how long until it is there.</summary>
    public TimeSpan Reserve()
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            var at = Earliest(now);
            _last[_next] = at;
            _next = (_next + 1) % PerSecond;
            return at - now;
        }
    }

    /// <summary>Nothing goes for so long.</summary>
    public void Pause(TimeSpan pause)
    {
        var until = time.GetUtcNow() + pause;
        lock (_lock)
        {
            if (until > _pausedUntil) _pausedUntil = until;
        }
    }

    private DateTimeOffset Earliest(DateTimeOffset now)
    {
        var free = _last[_next] + TimeSpan.FromSeconds(1);
        var at = free > now ? free : now;
        return _pausedUntil > at ? _pausedUntil : at;
    }
}
