using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Agents;

/// <summary>An agent that holds something open beside its requests (sessions with servers of tools).</summary>
internal interface IRetiringAgent : IAgent
{
    /// <summary>Another one has taken its place, or it is gone: it closes what it holds as soon as nothing is under way. A straggler may still ask it.</summary>
    void Retire();
}
