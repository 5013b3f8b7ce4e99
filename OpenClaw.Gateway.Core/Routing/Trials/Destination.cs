using System.Runtime.InteropServices;

namespace OpenClaw.Gateway.Core.Routing.Trials;

/// <summary>What sort of place a message goes to.</summary>
internal enum DestinationKind : byte
{
    /// <summary>No agent is found: a dead letter.</summary>
    None,

    /// <summary>An agent.</summary>
    Agent,

    /// <summary>One of a pool's agents: which one depends on their load at that moment.</summary>
    Pool,

    /// <summary>One of the agents that are for an intent.</summary>
    Capable,

    /// <summary>A rule says that nobody answers.</summary>
    Drop,
}

/// <summary>Where rules send a message.</summary>
/// <param name="Kind">What sort of place.</param>
/// <param name="Id">The agent or the pool.</param>
/// <param name="Intent">The intent, of <see cref="DestinationKind.Capable"/>.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Destination(DestinationKind Kind, Guid Id = default, string? Intent = null)
{
    public static Destination Agent(Guid id) => id == Guid.Empty ? default : new(DestinationKind.Agent, id);
}

/// <summary>What decided.</summary>
internal enum TrialReason : byte
{
    /// <summary>The session was assigned to an agent.</summary>
    Assigned,

    /// <summary>A rule.</summary>
    Rule,

    /// <summary>No rule: the agent that the session had last.</summary>
    Last,

    /// <summary>No rule: the channel's agent.</summary>
    Channel,

    /// <summary>No rule: the default agent.</summary>
    Default,

    /// <summary>No rule, and no agent either.</summary>
    None,
}

/// <summary>Where a message goes by a set of rules.</summary>
/// <param name="To">Where.</param>
/// <param name="Reason">What decided.</param>
/// <param name="Rule">The rule that did.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TrialVerdict(Destination To, TrialReason Reason, Guid? Rule = null)
{
    /// <summary>No rule decided, and nobody had assigned the session.</summary>
    public bool IsUnmatched => Reason is TrialReason.Last or TrialReason.Channel or TrialReason.Default or TrialReason.None;
}
