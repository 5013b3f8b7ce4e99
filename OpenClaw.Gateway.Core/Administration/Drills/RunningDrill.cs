using System.Globalization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Drills;

/// <summary>A drill that is on: decides for each call, and counts those that it hits.</summary>
internal sealed class RunningDrill
{
    private const int DelayDraw = 0;
    private const int FailureDraw = 1;
    private const string Why = "a fault drill is on";
    private readonly DrillFaults _faults;
    private readonly long _seed;
    private long _calls;
    private long _hits;

    public RunningDrill(Drill row)
    {
        Row = row;
        (_faults, _seed) = DrillFaults.Stored(row.Faults);
        (_hits, _calls) = (row.Hits, 0);
    }

    public Drill Row { get; }

    public long Hits => Interlocked.Read(ref _hits);

    /// <summary>The next call, whose own limit is <paramref name="timeout"/> (null = none): one that is delayed beyond it ends there, as a real one would.</summary>
    public DrillStep? Next(TimeSpan? timeout)
    {
        var call = Interlocked.Increment(ref _calls);
        var delay = DrillChance.Of(_seed, call, DelayDraw) < _faults.DelayShare ? TimeSpan.FromMilliseconds(_faults.DelayMs) : TimeSpan.Zero;
        var failure = FailureOf(DrillChance.Of(_seed, call, FailureDraw));
        if (timeout is { } limit && delay >= limit) (delay, failure) = (limit, TimedOut(limit));
        if (delay == TimeSpan.Zero && failure is null) return null;
        Interlocked.Increment(ref _hits);
        return new(delay, failure);
    }

    private DrillFailure? FailureOf(double drawn)
    {
        if (drawn < _faults.ErrorShare) return new(FailureKind.Transient, ErrorCause, $"HTTP 500 ({Why})");
        drawn -= _faults.ErrorShare;
        if (drawn < _faults.RateLimitShare) return new(FailureKind.RateLimited, ErrorCause, $"HTTP 429 ({Why})", TimeSpan.FromSeconds(_faults.RetryAfterSeconds));
        drawn -= _faults.RateLimitShare;
        return drawn < _faults.DropShare ? new(FailureKind.Transient, Row.Kind == SubjectKind.Agent ? DeadLetterCauses.AgentUnreachable : DeadLetterCauses.ChannelUnavailable, $"The connection broke ({Why}).") : null;
    }

    private string ErrorCause => Row.Kind == SubjectKind.Agent ? DeadLetterCauses.AgentError : DeadLetterCauses.ChannelError;

    private DrillFailure TimedOut(TimeSpan limit) => new(
        FailureKind.Timeout, Row.Kind == SubjectKind.Agent ? DeadLetterCauses.AgentTimeout : DeadLetterCauses.ChannelTimeout,
        string.Create(CultureInfo.InvariantCulture, $"There was no answer after {limit.TotalSeconds:0} s ({Why})."));
}
