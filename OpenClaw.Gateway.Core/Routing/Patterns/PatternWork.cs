namespace OpenClaw.Gateway.Core.Routing.Patterns;

/// <summary>
/// How much the expressions of a rule set may still do for one message. Counted in steps, not in time, so that the same message
/// goes the same way on a busy machine. What is used up stays used up: later expressions do not match then.
/// </summary>
internal struct PatternWork(long steps)
{
    /// <summary>Per message: some ten milliseconds. A plain expression takes one step per character.</summary>
    public const long PerMessage = 5_000_000;

    private long _steps = steps;

    /// <summary>Nothing more may be done for this message.</summary>
    public readonly bool IsUsedUp => _steps <= 0;

    /// <summary>What may still be done.</summary>
    public readonly long Left => Math.Max(0, _steps);

    public void Use(long steps) => _steps -= steps;
}
