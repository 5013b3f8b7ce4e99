using System.Text.Json;

namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>What can be paused, drained, and has a circuit.</summary>
public enum SubjectKind
{
    /// <summary>An agent.</summary>
    Agent,

    /// <summary>A channel.</summary>
    Channel,
}

/// <summary>Whether work flows through a channel or agent.</summary>
public enum SubjectFlow
{
    /// <summary>It does.</summary>
    Running,

    /// <summary>An agent is asked nothing; a channel's accepted messages are not handled and its replies not sent. All of it waits, however long.</summary>
    Paused,

    /// <summary>What is under way is finished. A draining agent gets nothing new: another one that the route allows does, else messages wait. A draining channel accepts nothing new.</summary>
    Draining,
}

/// <summary>The state of a circuit breaker.</summary>
public enum CircuitState
{
    /// <summary>Calls go through.</summary>
    Closed,

    /// <summary>Calls are held back: too many failed.</summary>
    Open,

    /// <summary>One call goes through as a probe.</summary>
    HalfOpen,
}

/// <summary>What people have set about the running of a channel or agent.</summary>
/// <param name="Flow">Whether work flows.</param>
/// <param name="Forced">The state that its circuit is held in; null = it decides itself.</param>
/// <param name="ForcedUntil">Until when; null = until somebody lets go.</param>
/// <param name="ForcedReason">Why, for people.</param>
public sealed record SubjectControl(SubjectFlow Flow, CircuitState? Forced = null, DateTimeOffset? ForcedUntil = null, string? ForcedReason = null)
{
    /// <summary>Nobody has set anything.</summary>
    public static SubjectControl None { get; } = new(SubjectFlow.Running);
}

/// <summary>When and how often a failed call is made again (contract: settings.retry).</summary>
/// <param name="Attempts">In all, the first one counted.</param>
/// <param name="BaseDelay">The pause before the second attempt; each further one is twice as long.</param>
/// <param name="MaxDelay">No pause is longer, but for one that the other side asks for.</param>
public sealed record RetryPolicy(int Attempts, TimeSpan BaseDelay, TimeSpan MaxDelay)
{
    /// <summary>What holds where nobody set anything.</summary>
    public static RetryPolicy Default { get; } = new(8, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));

    /// <summary>The other side may ask for a pause of at most so long.</summary>
    public static TimeSpan LongestWish { get; } = TimeSpan.FromMinutes(30);

    /// <summary>The policy in a channel's or agent's saved settings; what is absent or wrong has its default.</summary>
    public static RetryPolicy Of(JsonElement settings)
    {
        if (settings.ValueKind != JsonValueKind.Object || !settings.TryGetProperty("retry", out var retry) || retry.ValueKind != JsonValueKind.Object) return Default;
        return new(
            Math.Max(1, Number("attempts", Default.Attempts)),
            TimeSpan.FromMilliseconds(Number("baseDelayMs", (int)Default.BaseDelay.TotalMilliseconds)),
            TimeSpan.FromMilliseconds(Number("maxDelayMs", (int)Default.MaxDelay.TotalMilliseconds)));

        int Number(string name, int otherwise) =>
            retry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0 ? number : otherwise;
    }

    /// <summary>The longest pause after that many failed attempts (from 1), before chance shortens it.</summary>
    public TimeSpan Ceiling(int failed)
    {
        var ceiling = BaseDelay.TotalMilliseconds * Math.Pow(2, Math.Clamp(failed - 1, 0, 40));
        return TimeSpan.FromMilliseconds(Math.Min(ceiling, Math.Max(MaxDelay.TotalMilliseconds, BaseDelay.TotalMilliseconds)));
    }

    /// <summary>
    /// The pause after that many failed attempts (from 1): between half of the ceiling and all of it, so that many that failed together do not come
    /// back together; never before what the other side asked for.
    /// </summary>
    /// <param name="failed">Failed attempts, from 1.</param>
    /// <param name="chance">0 to 1.</param>
    /// <param name="wish">The other side's <c>Retry-After</c>.</param>
    public TimeSpan Delay(int failed, double chance, TimeSpan? wish = null)
    {
        var delay = Ceiling(failed) * (0.5 + (0.5 * chance));
        if (wish is not { } asked || asked <= delay) return delay;
        return asked > LongestWish ? LongestWish : asked;
    }
}

/// <summary>How a circuit stands, for people.</summary>
/// <param name="Subject">The channel or agent.</param>
/// <param name="Kind">Which of the two.</param>
/// <param name="State">Its state.</param>
/// <param name="Since">Since when; null when it was never open.</param>
/// <param name="ProbeAt">When the next probe goes through; null unless open.</param>
/// <param name="PausedUntil">Until when the other side asked for quiet; null when it did not.</param>
/// <param name="Why">What failed last, for people; null when nothing did.</param>
/// <param name="Waiting">Sessions that wait for it here and now.</param>
public sealed record CircuitView(Guid Subject, SubjectKind Kind, CircuitState State, DateTimeOffset? Since, DateTimeOffset? ProbeAt, DateTimeOffset? PausedUntil, string? Why, int Waiting);

/// <summary>The circuits of agents and channels, as people see them. What was never called is closed.</summary>
public interface ICircuits
{
    /// <summary>How that one stands.</summary>
    CircuitView Of(SubjectKind kind, Guid subject);
}

/// <summary>How a call out of the process ended, as the circuit that it went through sees it.</summary>
internal interface ICallOutcome
{
    /// <summary>What went wrong on the other side; null when it answered, or when the fault is not the other side's.</summary>
    CallTrouble? Trouble { get; }
}

/// <summary>Trouble of the other side.</summary>
/// <param name="Why">What happened, for people: a line.</param>
/// <param name="Quiet">It asks for a pause of that length; null when it does not.</param>
internal sealed record CallTrouble(string Why, TimeSpan? Quiet);
