using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing.Pools;

namespace OpenClaw.Gateway.Core.Routing;

/// <summary>
/// Which agent, by what strategy, and why; <c>Json</c> is the form kept with the message ({rule,version,strategy,why}, without the agent, which
/// has its own column), shared by all with the same reason.
/// </summary>
internal readonly record struct RouteDecision(Guid Agent, byte[] Json)
{
    /// <summary>Who may be asked when <see cref="Agent"/> cannot be, in order; null = nobody.</summary>
    public IReadOnlyList<Guid>? Fallback { get; init; }

    /// <summary>The agents of which <see cref="Agent"/> was chosen: when it cannot be asked, or fails, another one of them is asked; null = it is the only one.</summary>
    public AgentGroup? Group { get; init; }

    /// <summary>A rule says that nobody answers.</summary>
    public bool IsDrop { get; init; }

    /// <summary>No agent was found: dead letter <see cref="DeadLetterCauses.NoRoute"/>.</summary>
    public bool IsNone => Agent == Guid.Empty && !IsDrop;
}
