namespace OpenClaw.FakePlatforms.Discord.Gateway;

/// <summary>How often a bot may identify.</summary>
internal sealed class StartLimit
{
    /// <summary>How long the total counts.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromHours(24);

    private readonly Dictionary<int, DateTimeOffset> _last = [];
    private DateTimeOffset? _began;

    public int Total { get; set; } = 1000;

    /// <summary>How many were used in this period.</summary>
    public int Used { get; set; }

    public int Remaining => Math.Max(0, Total - Used);

    /// <summary>How many shards may identify at once.</summary>
    public int MaxConcurrency { get; set; } = 1;

    /// <summary>How long each of them then keeps its place.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many identifies came too soon after another.</summary>
    public int TooSoon { get; private set; }

    public TimeSpan ResetAfter(DateTimeOffset now)
    {
        Renew(now);
        return _began is { } began ? began + Period - now : TimeSpan.Zero;
    }

    /// <summary>False: it came too soon after the last one of its turn.</summary>
    public bool TryTake(int shard, DateTimeOffset now)
    {
        Renew(now);
        _began ??= now;
        Used++;
        var turn = shard % MaxConcurrency;
        if (_last.TryGetValue(turn, out var last) && now - last < Window)
        {
            TooSoon++;
            return false;
        }

        _last[turn] = now;
        return true;
    }

    private void Renew(DateTimeOffset now)
    {
        if (_began is not { } began || now - began < Period) return;
        _began = null;
        Used = 0;
    }
}
