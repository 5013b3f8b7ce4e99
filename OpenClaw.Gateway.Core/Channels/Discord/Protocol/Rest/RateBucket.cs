namespace OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;

/// <summary>One of Discord's rate buckets: calls of it go one after the other, in the order in which they came.</summary>
internal sealed class RateBucket(DateTimeOffset now)
{
    private readonly Lock _lock = new();
    private int _remaining = 1;
    private DateTimeOffset _resetAt = DateTimeOffset.MinValue;

    /// <summary>Whose turn it is; waiters are let in by age.</summary>
    public SemaphoreSlim Turn { get; } = new(1, 1);

    /// <summary>When it was last looked up.</summary>
    public DateTimeOffset UsedAt { get; set; } = now;

    /// <summary>How long a call must wait; zero = it may go.</summary>
    public TimeSpan WaitAt(DateTimeOffset now)
    {
        lock (_lock) return _remaining > 0 || now >= _resetAt ? TimeSpan.Zero : _resetAt - now;
    }

    /// <summary>A call goes: it counts there even if nobody waits for its answer.</summary>
    public void Spend(DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_remaining > 0 && now < _resetAt) _remaining--;
        }
    }

    /// <summary>What is left of it; null while nothing is known, or its window is over.</summary>
    public (int Remaining, DateTimeOffset ResetAt)? Look(DateTimeOffset now)
    {
        lock (_lock) return now >= _resetAt ? null : (_remaining, _resetAt);
    }

    /// <summary>What an answer's headers said.</summary>
    public void Learn(int remaining, DateTimeOffset resetAt)
    {
        lock (_lock)
        {
            // an answer that was overtaken by a longer pause does not shorten it
            if (_remaining == 0 && _resetAt > resetAt) return;
            (_remaining, _resetAt) = (remaining, resetAt);
        }
    }

    /// <summary>Nothing goes until then.</summary>
    public void Close(DateTimeOffset until)
    {
        lock (_lock)
        {
            _remaining = 0;
            if (until > _resetAt) _resetAt = until;
        }
    }
}
