using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Routing;

/// <summary>
/// Chooses the agent in the contract's order of precedence: an assignment, the agent that the session had last, the channel's
/// agent, the tenant's default agent. (Rules come in between the first two when there are rules.)
/// </summary>
internal sealed class Router(ICatalog catalog)
{
    private static readonly byte[] Assigned = Reason("affinity", "The session is assigned to this agent.");
    private static readonly byte[] Handoff = Reason("affinity", "Another agent handed the message over.");
    private static readonly byte[] Last = Reason("affinity", "The session's last agent.");
    private static readonly byte[] Channels = Reason("static", "The channel's agent.");
    private static readonly byte[] Default = Reason("static", "The tenant's default agent.");
    private static readonly byte[] None = Reason("static", "No assignment, no agent of the channel and no default agent that is enabled.");

    /// <param name="channel">Where the message came in.</param>
    /// <param name="last">The agent that the session had last; empty = none.</param>
    /// <param name="assigned">True when that one was chosen by an operator or a handoff: then no other may answer.</param>
    public RouteDecision Route(ChannelModel channel, Guid last, bool assigned)
    {
        if (assigned && last != Guid.Empty) return new(last, Assigned);
        if (IsUsable(channel, last)) return new(last, Last);
        if (channel.Agent is { } own && IsUsable(channel, own)) return new(own, Channels);
        if (channel.Tenant.Settings.DefaultAgent is { } common && IsUsable(channel, common)) return new(common, Default);
        return new(Guid.Empty, None);
    }

    /// <summary>The agent that a handoff names; none when the tenant has no such agent, or it is disabled.</summary>
    public RouteDecision RouteTo(ChannelModel channel, string agentName) =>
        catalog.FindAgent(channel.Tenant.Id, agentName) is { Enabled: true } agent ? new(agent.Id, Handoff) : new(Guid.Empty, None);

    private bool IsUsable(ChannelModel channel, Guid agent) =>
        agent != Guid.Empty && catalog.FindAgent(agent) is { Enabled: true } model && model.Tenant.Id == channel.Tenant.Id;

    private static byte[] Reason(string strategy, string why) => JsonSerializer.SerializeToUtf8Bytes(new { strategy, why }, JsonSerializerOptions.Web);
}
