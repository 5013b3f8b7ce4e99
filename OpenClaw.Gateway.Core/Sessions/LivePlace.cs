using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Sessions;

/// <summary>What the live sessions of a channel share.</summary>
internal sealed class LivePlace(Guid tenantId, Guid channelId, ReadySessions ready, TenantLoad load, IOutboxLane? lane = null) : SessionPlace(tenantId, channelId)
{
    /// <summary>Takes the channel's replies to its platform; null where the platform's own connections take them.</summary>
    public IOutboxLane? Lane => lane;

    public ReadySessions Ready => ready;

    /// <summary>The tenant's turn among those whose sessions have something to do.</summary>
    public ReadyTurn Turn { get; } = ready.TurnOf(tenantId);

    /// <summary>What the tenant has in memory.</summary>
    public TenantLoad Load => load;
}
