using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Agents;

/// <summary>An agent whose requests need a place first (a process that is connected and has room). Waiting for one is no attempt: nothing was asked.</summary>
internal interface IPlacedAgent : IAgent
{
    /// <summary>Why there is no place to be had now; null = there is one, or there soon will be.</summary>
    Obstacle? InTheWay();

    /// <summary>Waits for a place. Null: there is none any more (<see cref="InTheWay"/> says why).</summary>
    ValueTask<IAgentPlace?> ReserveAsync(CancellationToken cancellationToken);
}

/// <summary>A place for one request. Disposing gives it back.</summary>
internal interface IAgentPlace : IAgent, IDisposable;
