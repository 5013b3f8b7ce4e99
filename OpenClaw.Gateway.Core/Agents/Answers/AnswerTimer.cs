namespace OpenClaw.Gateway.Core.Agents.Answers;

/// <summary>Cancels a request whose answer stands still for too long, or takes too long in all.</summary>
internal sealed class AnswerTimer : IDisposable
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _idle;
    private readonly TimeSpan _overall;
    private readonly long _start;
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _limit = new();
    private readonly CancellationTokenSource _either;
    private readonly ITimer _timer;
    private volatile bool _isLast;
    private bool _isOver;

    public AnswerTimer(TimeProvider time, TimeSpan idle, TimeSpan overall, CancellationToken cancellationToken)
    {
        (_time, _idle, _overall, _start) = (time, idle, overall, time.GetTimestamp());
        _either = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token, cancellationToken);
        _timer = time.CreateTimer(static timer => ((AnswerTimer)timer!).End(), this, idle, Timeout.InfiniteTimeSpan);
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

    /// <summary>So long from now, within what is left in all. Without effect, also on what is said of the end, once it has ended.</summary>
    public void Allow(TimeSpan time)
    {
        lock (_lock)
        {
            if (_isOver) return;
            var left = _overall - Elapsed;
            _isLast = left <= time;
            if (left <= TimeSpan.Zero) End();
            else _timer.Change(left < time ? left : time, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        lock (_lock) _isOver = true;
        _timer.Dispose();
        _either.Dispose();
        _limit.Dispose();
    }

    private void End()
    {
        lock (_lock)
        {
            if (_isOver) return;
            _isOver = true;
            _limit.Cancel();
        }
    }
}
