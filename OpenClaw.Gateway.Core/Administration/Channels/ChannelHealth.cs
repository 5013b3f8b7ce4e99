using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Gateway.Core.Administration.Channels;

/// <summary>What a channel's state is, why, and what to do about it. Cause, detail and fix are null where all is well.</summary>
public sealed record ChannelCondition(string State, string? Cause = null, string? Detail = null, string? Fix = null);

/// <summary>Judges from the configuration whether a channel can do its work.</summary>
public sealed class ChannelHealth(ICatalog catalog, ChannelKinds kinds, IEnumerable<IJournalHealth> journals, IChannelLinks? links = null, IEnumerable<IChannelSender>? senders = null)
{
    private readonly IJournalHealth[] _journals = [.. journals];
    private readonly IChannelSender[] _senders = [.. senders ?? []];

    /// <summary>The first thing that is in the way, else <c>running</c>.</summary>
    public ChannelCondition Judge(ChannelModel channel)
    {
        var condition = JudgeAnswers(channel);
        // without a connection nothing comes in, whoever would answer; what stops the whole channel goes before it
        return condition is { State: "suspended" or "disabled" } or { Cause: "kind_missing" or "storage" } ? condition : JudgeConnection(channel) ?? condition;
    }

    /// <summary>The same whatever its connection does: whether what comes in is stored and answered.</summary>
    public ChannelCondition JudgeAnswers(ChannelModel channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        if (channel.Tenant.Suspended) return new("suspended", "tenant_suspended", "The tenant is suspended: its channels stand still, and nothing is lost.", "Ask the owner of the installation to resume the tenant.");
        if (!channel.Enabled) return new("disabled", "disabled", "Switched off: it takes no connections and no messages.", "Switch it on.");
        if (kinds.Find(channel.Kind) is null) return new("failing", "kind_missing", $"This gateway has no channel kind '{channel.Kind}'.", "Run a version that has it, or delete the channel.");
        if (_journals.Select(j => j.Fault).FirstOrDefault(f => f is not null) is { } fault) return new("failing", "storage", $"Messages cannot be stored: {fault}", "Mend the database; the gateway goes on by itself.");
        return JudgeRoute(channel);
    }

    /// <summary>Who answers where no rule decides: the channel's own agent, else the default agent; null = nobody.</summary>
    public AgentModel? Answers(ChannelModel channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return Usable(channel, channel.Agent) ?? Usable(channel, channel.Tenant.Settings.DefaultAgent);
    }

    /// <summary>What is wrong with its connection; null where nothing is, and for kinds that hold none.</summary>
    private ChannelCondition? JudgeConnection(ChannelModel channel)
    {
        if (links?.Look(channel.Id) is not { } link) return JudgeSending(channel);
        if (link.State == ChannelLinkState.Connected) return JudgeSending(channel) ?? (link.Cause is { } warning ? new("running", warning, link.Detail, link.Fix) : null);
        if (link.Cause is { } cause) return new("failing", cause, link.Detail, link.Fix ?? (link.State == ChannelLinkState.Failed ? "Mend it, then restart the channel." : "The gateway tries again by itself."));
        return new("running", ChannelStatus.Connecting, "It is being connected to its platform.", "This takes some seconds.");
    }

    /// <summary>A platform may hand over messages and take no replies.</summary>
    private ChannelCondition? JudgeSending(ChannelModel channel) => Array.Find(_senders, s => s.Kind == channel.Kind)?.NotReadyBecause(channel) is { } why
        ? new("failing", "sending_refused", $"Messages come in, but replies cannot be sent, and wait. {why}", "Correct the credentials of the channel: “Test connection” says more. What waits is then sent at once.")
        : null;

    private ChannelCondition JudgeRoute(ChannelModel channel)
    {
        var own = channel.Agent is { } id && Usable(channel, id) is null ? OwnName(channel, id) : null;
        if (Answers(channel) is { } agent)
        {
            return own is null ? new("running")
                : new("running", "agent_disabled", $"Its own agent, {own}, is switched off; “{agent.Name}” answers in its place.", "Switch the agent on, or choose another one for the channel.");
        }

        if (catalog.FindRules(channel.Tenant.Id).Rules.Any(rule => MayMatch(rule, channel)))
        {
            return own is null ? new("running")
                : new("running", "agent_disabled", $"Its own agent, {own}, is switched off: only messages that a rule matches are answered.", "Switch the agent on, or choose another one for the channel.");
        }

        return own is null
            ? new("failing", "no_route", "Nobody answers: the channel has no agent, the tenant has no default agent, and no rule is for this channel. Messages become dead letters.", "Choose an agent for the channel, or a default agent.")
            : new("failing", "agent_disabled", $"Nobody answers: its own agent, {own}, is switched off, and there is no other. Messages become dead letters.", "Switch the agent on, or choose another one for the channel.");
    }

    private static bool MayMatch(RuleModel rule, ChannelModel channel) =>
        rule is { Enabled: true, Target.Drop: false } && rule.Match.Channels?.Contains(channel.Id) != false && rule.Match.ChannelKinds?.Contains(channel.Kind) != false;

    private string OwnName(ChannelModel channel, Guid agent) => catalog.FindAgent(agent) is { } model && model.Tenant.Id == channel.Tenant.Id ? $"“{model.Name}”" : "which was deleted";

    private AgentModel? Usable(ChannelModel channel, Guid? agent) =>
        agent is { } id && catalog.FindAgent(id) is { Enabled: true } model && model.Tenant.Id == channel.Tenant.Id ? model : null;
}
