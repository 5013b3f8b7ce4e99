using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Administration.Channels;

/// <summary>How a channel does on this node. <c>State</c> is <c>running</c>, <c>disabled</c> or <c>suspended</c> (its tenant is).</summary>
public sealed record ChannelStatus(
    string State, double MessagesPerSecond, double AnsweredPerSecond, double DeliveredPerSecond, long ActiveSessions, long OpenSockets, long Unfinished, long DeadLetters);

/// <summary>Reads channels' status.</summary>
public sealed class ChannelStatusQuery(ICatalog catalog, ILiveFigures figures)
{
    /// <summary>The status, or null when the tenant has no such channel.</summary>
    public ChannelStatus? Get(Guid tenant, Guid channel)
    {
        if (catalog.FindChannel(channel) is not { } model || model.Tenant.Id != tenant) return null;
        var state = model.Tenant.Suspended ? "suspended" : model.Enabled ? "running" : "disabled";
        var live = figures.Snapshot(tenant).Channels.FirstOrDefault(c => c.Channel == channel);
        return live is null ? new(state, 0, 0, 0, 0, 0, 0, 0)
            : new(state, live.MessagesPerSecond, live.AnsweredPerSecond, live.DeliveredPerSecond, live.ActiveSessions, live.OpenSockets, live.Unfinished, live.DeadLetters);
    }
}
