using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Resilience;

/// <summary>Knows what is in the way of asking agents.</summary>
internal interface IAgentGates
{
    /// <summary>What is in the way of asking that agent now; null = nothing.</summary>
    Obstacle? InTheWay(AgentModel agent);
}
