namespace OpenClaw.Portal.Tests.Jobs;

/// <summary>The real clock of a process that can die: afterwards none of its timers comes any more.</summary>
internal sealed class MortalClock : TimeProvider
{
    private volatile bool _dead;

    public void Die() => _dead = true;

    /// <summary>Timers that are made or come again from now on do so; those that came meanwhile are lost.</summary>
    public void Wake() => _dead = false;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(
            s =>
            {
                if (!_dead) callback(s);
            }, state, dueTime, period);
}
