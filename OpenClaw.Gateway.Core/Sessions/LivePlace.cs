using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Sessions;

/// <summary>What the live sessions of a channel share.</summary>
internal sealed class LivePlace(Guid tenantId, Guid channelId, ReadySessions ready) : SessionPlace(tenantId, channelId)
{
    public ReadySessions Ready => ready;
}
