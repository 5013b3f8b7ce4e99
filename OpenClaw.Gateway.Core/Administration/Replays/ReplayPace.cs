namespace OpenClaw.Gateway.Core.Administration.Replays;

/// <summary>How many may begin now, so that there are at most so many per second. What was not used is kept for a second at most.</summary>
internal sealed class ReplayPace(TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(1);
    private DateTimeOffset _next = DateTimeOffset.MinValue;

    /// <summary>How many may begin.</summary>
    /// <param name="perSecond">0 = as many as one likes.</param>
    public int Free(double perSecond)
    {
        if (perSecond <= 0) return int.MaxValue;
        var now = time.GetUtcNow();
        if (_next == DateTimeOffset.MinValue) _next = now;
        if (now < _next) return 0;
        if (now - _next > Kept) _next = now - Kept;
        return (int)Math.Min(int.MaxValue, 1 + Math.Floor((now - _next).TotalSeconds * perSecond));
    }

    /// <summary>So many have begun.</summary>
    public void Took(int count, double perSecond)
    {
        if (perSecond > 0 && count > 0) _next += TimeSpan.FromSeconds(count / perSecond);
    }

    /// <summary>How long until one may begin.</summary>
    public TimeSpan Wait => _next - time.GetUtcNow() is { Ticks: > 0 } wait ? wait : TimeSpan.Zero;
}
