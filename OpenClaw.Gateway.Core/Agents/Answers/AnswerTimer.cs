namespace OpenClaw.Gateway.Core.Agents.Answers;

/// <summary>Cancels a request whose answer stands still for too long, or takes too long in all.</summary>
internal sealed class AnswerTimer : IDisposable
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _idle;
    private readonly TimeSpan _overall;
    private readonly long _start;
    private readonly CancellationTokenSource _limit;
    private readonly CancellationTokenSource _either;
    private volatile bool _isLast;

    public AnswerTimer(TimeProvider time, TimeSpan idle, TimeSpan overall, CancellationToken cancellationToken)
    {
        (_time, _idle, _overall, _start) = (time, idle, overall, time.GetTimestamp());
        _limit = new(idle, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token, cancellationToken);
    }

    /// <summary>Cancelled by the limits or by the caller.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>True when the limits ended it.</summary>
    public bool Expired => _limit.IsCancellationRequested;

    /// <summary>True when it was the time in all that ended it, or that would be the next to end it.</summary>
    public bool InAll => _isLast;

    /// <summary>Since the request began.</summary>
    public TimeSpan Elapsed => _time.GetElapsedTime(_start);

    /// <summary>The answer moves: the idle time begins anew, within what is left in all.</summary>
    public void Progress() => Allow(_idle);

    /// <summary>Something else is waited for, which has limits of its own: only the time in all counts until <see cref="Progress"/>.</summary>
    public void Pause() => Allow(_overall);

    /// <summary>So long from now, within what is left in all.</summary>
    public void Allow(TimeSpan time)
    {
        var left = _overall - Elapsed;
        _isLast = left <= time;
        if (left <= TimeSpan.Zero) _limit.Cancel();
        else _limit.CancelAfter(left < time ? left : time);
    }

    public void Dispose()
    {
        _either.Dispose();
        _limit.Dispose();
    }
}
