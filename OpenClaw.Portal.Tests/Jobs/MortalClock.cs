namespace OpenClaw.Portal.Tests.Jobs;

/// <summary>The real clock of a process that can die: afterwards none of its timers comes any more.</summary>
internal sealed class MortalClock : TimeProvider
{
    private volatile bool _dead;

    public void Die() => _dead = true;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(
            s =>
            {
                if (!_dead) callback(s);
            }, state, dueTime, period);
}
