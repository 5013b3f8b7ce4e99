using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Delivery;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Administration.Replays;

/// <summary>The road, as a replay sees it.</summary>
internal interface IReplayPost
{
    /// <summary>It is about to be stored that this message is handled again.</summary>
    void Begin(Guid message, MessageReplay replay);

    /// <summary>It was not stored.</summary>
    void TakeBack(Guid message);

    /// <summary>It is stored: the message goes into its session's mailbox.</summary>
    Task PostAsync(MessageRecord message, CancellationToken cancellationToken);

    /// <summary>It is stored: the reply goes into its channel's lane. False: there is nothing to be sent any more.</summary>
    Task<bool> SendAsync(DeadLetter letter, CancellationToken cancellationToken);
}

/// <summary>Over the sessions of this node.</summary>
internal sealed class SessionReplayPost(SessionTable sessions, ReplayingMessages replaying, LiveFigures figures, ReplayDelivery? deliveries = null) : IReplayPost
{
    public void Begin(Guid message, MessageReplay replay) => replaying.Begin(message, replay);

    public void TakeBack(Guid message) => replaying.Posted(message, begun: false);

    public async Task PostAsync(MessageRecord message, CancellationToken cancellationToken)
    {
        try
        {
            figures.Recovered(message.TenantId, message.ChannelId, 1);
            await sessions.PostAgainAsync(message, cancellationToken);
        }
        finally
        {
            // where that failed the message is unfinished in the database, and is rescued
            replaying.Posted(message.Id, begun: true);
        }
    }

    public async Task<bool> SendAsync(DeadLetter letter, CancellationToken cancellationToken) => deliveries is not null && await deliveries.RunAsync(letter, cancellationToken);
}
