using System.Runtime.InteropServices;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Routing.Pools;

/// <summary>Who a rule's target leads to.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TargetChoice
{
    /// <summary>The agent; empty for a drop.</summary>
    public Guid Agent { get; init; }

    /// <summary>The agents of which it was chosen; null = the rule names it.</summary>
    public AgentGroup? Group { get; init; }

    /// <summary>With <see cref="Group"/>: how it was chosen.</summary>
    public GroupChoice Choice { get; init; }

    /// <summary>The session had it before.</summary>
    public bool IsKept { get; init; }

    public string Strategy => IsKept ? RouteStrategies.Affinity : RouteStrategies.LoadBalanced;

    /// <summary>With <see cref="Group"/>: why it, as the end of a sentence.</summary>
    public string Words()
    {
        var agent = Choice.Agent!;
        if (IsKept) return Group!.Kept(agent);
        return Choice.Obstacle is null ? Group!.Chose(agent, Choice.Candidate) : Group!.WaitsFor(agent);
    }
}
