using System.Text.Json.Nodes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Agents;
using OpenClaw.Gateway.Core.Administration.Channels;

namespace OpenClaw.Portal.Services;

/// <summary>A channel in the list. <c>Agent</c> is its own, by name.</summary>
public sealed record ChannelItem(Guid Id, string Name, string Kind, bool Enabled, string? Agent, ChannelStatus Status)
{
    /// <summary>The state as the chip shows it.</summary>
    public string State => ChannelsService.StateOf(Status.State, Status.Cause);
}

/// <summary>An agent in the list. <c>Uses</c> counts where it is named.</summary>
public sealed record AgentItem(Guid Id, string Name, string Kind, bool Enabled, bool IsDefault, IReadOnlyList<string> Channels, int Rules, AgentStatus Status)
{
    /// <summary>The state as the chip shows it.</summary>
    public string State => ChannelsService.StateOf(Status.State, Status.Cause);
}

/// <summary>Lists channels and agents with their states, from memory: pages may ask every second.</summary>
public sealed class ChannelsService(ICatalog catalog, ChannelKinds channelKinds, AgentKinds agentKinds, ChannelStatusQuery channelStatus, AgentStatusQuery agentStatus)
{
    /// <summary>A state's name for <c>StateChip</c>: one that works and has something to say is told apart.</summary>
    public static string StateOf(string state, string? cause) => state != "running" || cause is null ? state : cause is ChannelStatus.NoConnection or ChannelStatus.Connecting ? cause : "warning";

    /// <summary>The tenant's channels by name.</summary>
    public async Task<IReadOnlyList<ChannelItem>> ChannelsAsync(Guid tenant, CancellationToken cancellationToken = default)
    {
        var states = await channelStatus.ListAsync(tenant, cancellationToken);
        return [.. catalog.Channels.Where(c => c.Tenant.Id == tenant && states.ContainsKey(c.Id)).OrderBy(c => c.Name, StringComparer.CurrentCultureIgnoreCase)
            .Select(c => new ChannelItem(c.Id, c.Name, KindOf(c.Kind), c.Enabled, c.Agent is { } agent ? catalog.FindAgent(agent)?.Name ?? "Deleted agent" : null, states[c.Id]))];
    }

    /// <summary>The tenant's agents by name.</summary>
    public IReadOnlyList<AgentItem> Agents(Guid tenant, IEnumerable<Named> agents)
    {
        var channels = catalog.Channels.Where(c => c.Tenant.Id == tenant).ToList();
        var rules = catalog.FindRules(tenant).Rules;
        return [.. agents.Select(a => catalog.FindAgent(a.Id)).OfType<AgentModel>().OrderBy(a => a.Name, StringComparer.CurrentCultureIgnoreCase).Select(a => new AgentItem(
            a.Id, a.Name, agentKinds.Find(a.Kind)?.Title ?? a.Kind, a.Enabled, a.Tenant.Settings.DefaultAgent == a.Id,
            [.. channels.Where(c => c.Agent == a.Id).Select(c => c.Name)], rules.Count(r => r.Target.Agent == a.Id), agentStatus.Get(tenant, a.Id)!))];
    }

    /// <summary>A channel kind's name for people.</summary>
    public string KindOf(string kind) => channelKinds.Find(kind)?.Title ?? kind;

    /// <summary>A channel as its form holds it.</summary>
    public static JsonObject Form(ChannelView channel) => new()
    {
        ["name"] = channel.Name, ["agent"] = channel.Agent?.ToString(), ["settings"] = channel.Settings.DeepClone(),
    };

    /// <summary>An agent as its form holds it.</summary>
    public static JsonObject Form(AgentView agent) => new()
    {
        ["name"] = agent.Name, ["settings"] = agent.Settings.DeepClone(), ["maxConcurrency"] = agent.MaxConcurrency, ["weight"] = agent.Weight,
        ["intents"] = new JsonArray([.. agent.Intents.Select(i => (JsonNode)i)]),
    };
}
