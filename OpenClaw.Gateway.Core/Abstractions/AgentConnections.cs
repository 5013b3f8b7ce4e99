using System.Net.WebSockets;

namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>Who connected as a process of an agent.</summary>
/// <param name="Key">The id of the API key that it came in with.</param>
/// <param name="KeyName">The key's name.</param>
/// <param name="Address">Where it came from; null where that is not known.</param>
public sealed record AgentPeer(Guid Key, string KeyName, string? Address);

/// <summary>A process of an agent that is connected now.</summary>
/// <param name="Id">Of the connection.</param>
/// <param name="Peer">Who it is.</param>
/// <param name="Since">Since when.</param>
/// <param name="Capacity">How many requests it takes at once; 0 = it takes none now (it is being drained, or has not said that it is ready).</param>
/// <param name="Open">The requests that it has.</param>
/// <param name="Intents">What it said it can do.</param>
public sealed record AgentConnectionView(Guid Id, AgentPeer Peer, DateTimeOffset Since, int Capacity, int Open, IReadOnlyList<string> Intents);

/// <summary>The processes that are connected to this node for agents of the kind <c>socket</c>.</summary>
public interface IAgentConnections
{
    /// <summary>Those of one agent, the oldest first.</summary>
    IReadOnlyList<AgentConnectionView> Of(Guid agent);

    /// <summary>What those of one agent that take requests said they can do, together; the same instance until that changes.</summary>
    IReadOnlyCollection<string> LiveIntents(Guid agent);
}

/// <summary>Where processes of agents come in (contract: agents.md, socket).</summary>
public interface IAgentSockets
{
    /// <summary>The only sub-protocol.</summary>
    const string Protocol = "openclaw.agent.v1";

    /// <summary>The gateway stops: nobody is let in.</summary>
    bool IsStopping { get; }

    /// <summary>Whether the agent has room for another process.</summary>
    bool HasRoom(Guid agent);

    /// <summary>After so much silence the gateway pings a process; after as much again it is dropped.</summary>
    TimeSpan Heartbeat { get; }

    /// <summary>Serves a process until it goes, or <paramref name="allowed"/> is cancelled because it may not stay. The caller has checked that it may come in.</summary>
    Task ServeAsync(AgentModel agent, AgentPeer peer, WebSocket socket, CancellationToken allowed);
}

/// <summary>Tells agents that a user writes something.</summary>
public interface IAgentTyping
{
    /// <summary>Passes it on to the agent's processes that want to know; costs nothing where there are none.</summary>
    void Typing(Guid agent, Guid session, bool on);
}
