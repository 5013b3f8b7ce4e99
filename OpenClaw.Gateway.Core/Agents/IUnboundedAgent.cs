using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Agents;

/// <summary>An agent that holds nothing while it answers: <c>maxConcurrency</c> would only slow it down.</summary>
internal interface IUnboundedAgent : IAgent;
