using System.Text.Json;

namespace OpenClaw.Gateway.Core.Routing;

/// <summary>The stored forms of decisions that no rule made, while one version of the rules is in force.</summary>
internal sealed class RouteReasons(int version)
{
    private readonly byte[] _assigned = Write(version, Assigned);
    private readonly byte[] _handoff = Write(version, Handoff);
    private readonly byte[] _replay = Write(version, Replay);
    private readonly byte[] _program = Write(version, Program);
    private readonly byte[] _last = Write(version, Last);
    private readonly byte[] _channel = Write(version, Channel);
    private readonly byte[] _default = Write(version, Default);
    private readonly byte[] _none = Write(version, None);

    public static RouteReason Assigned { get; } = new(RouteStrategies.Affinity, "The session is assigned to this agent.");

    public static RouteReason Handoff { get; } = new(RouteStrategies.Affinity, "Another agent handed the message over.");

    public static RouteReason Replay { get; } = new(RouteStrategies.Static, "A person chose this agent for the replay.");

    public static RouteReason Program { get; } = new(RouteStrategies.Static, "The program chose this agent.");

    public static RouteReason ProgramPool { get; } = new(RouteStrategies.LoadBalanced, "The program chose the pool.");

    public static RouteReason Last { get; } = new(RouteStrategies.Affinity, "The session's last agent.");

    public static RouteReason Channel { get; } = new(RouteStrategies.Static, "The channel's agent.");

    public static RouteReason Default { get; } = new(RouteStrategies.Static, "The tenant's default agent.");

    public static RouteReason None { get; } = new(RouteStrategies.Static, "No rule, no assignment, no agent of the channel and no default agent that is enabled.");

    /// <summary>Where there are no rules. Behind the reasons, which it is made of.</summary>
    public static RouteReasons WithoutRules { get; } = new(0);

    /// <summary>The stored form; with something to add it is made anew.</summary>
    public byte[] Json(RouteReason reason, string? addition = null)
    {
        if (addition is not null) return Write(version, reason with { Why = $"{reason.Why} {addition}" });
        if (ReferenceEquals(reason, Last)) return _last;
        if (ReferenceEquals(reason, Replay)) return _replay;
        if (ReferenceEquals(reason, Program)) return _program;
        if (ReferenceEquals(reason, ProgramPool)) return Write(version, reason);
        if (ReferenceEquals(reason, Channel)) return _channel;
        if (ReferenceEquals(reason, Default)) return _default;
        if (ReferenceEquals(reason, Assigned)) return _assigned;
        return ReferenceEquals(reason, Handoff) ? _handoff : _none;
    }

    /// <summary>The stored form of a reason of its own.</summary>
    public static byte[] Json(string strategy, string why) => Write(0, new(strategy, why));

    private static byte[] Write(int version, RouteReason reason) =>
        JsonSerializer.SerializeToUtf8Bytes(new { version = version == 0 ? (int?)null : version, strategy = reason.Strategy, why = reason.Why }, RouteStrategies.Json);
}

/// <summary>Why an agent was chosen.</summary>
internal sealed record RouteReason(string Strategy, string Why);
