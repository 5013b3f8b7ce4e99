using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Delivery;

/// <summary>Why a channel sends nothing for now.</summary>
/// <param name="Why">For people.</param>
/// <param name="Ages">Replies get too old meanwhile. Not while a person has stopped the channel: then all of it waits, however long.</param>
/// <param name="Until">When to look again; null: somebody says so.</param>
internal sealed record LaneHold(string Why, bool Ages, DateTimeOffset? Until = null)
{
    private static readonly TimeSpan ReadyAgain = TimeSpan.FromSeconds(5);
    private static readonly LaneHold Suspended = new("The tenant is suspended.", Ages: false);
    private static readonly LaneHold Paused = new("Somebody has paused the channel.", Ages: false);
    private static readonly LaneHold Disabled = new("The channel is switched off.", Ages: true);

    /// <summary>By what people have set, whether the channel is connected, and its circuit; null = it sends.</summary>
    public static LaneHold? Of(ChannelModel channel, IChannelSender? sender, Circuit circuit, DateTimeOffset now)
    {
        if (channel.Tenant.Suspended) return Suspended;
        if (channel.Control.Flow == SubjectFlow.Paused) return Paused;
        if (!channel.Enabled) return Disabled;
        if (sender?.IsReady(channel) == false) return new(sender.NotReadyBecause(channel) ?? "The channel is not connected yet.", Ages: true, now + ReadyAgain);
        return circuit.InTheWay(channel.Control) is { } obstacle ? new(obstacle.Why, obstacle.Expires, obstacle.CheckAt) : null;
    }
}
