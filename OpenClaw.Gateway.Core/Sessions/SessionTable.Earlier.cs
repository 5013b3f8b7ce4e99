using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Sessions;

/// <content>Coming back to an episode that is not the newest any more.</content>
internal sealed partial class SessionTable
{
    /// <summary>An answer that ends a session is among its last entries.</summary>
    private const int LastLookedAt = 50;

    /// <inheritdoc />
    public async ValueTask<ISessionHandle?> ReopenAsync(
        ChannelModel channel, SessionAddress address, Guid session, long after, ISessionSubscriber subscriber, CancellationToken cancellationToken)
    {
        if (await store.LoadAsync(session, LastLookedAt, cancellationToken) is not { } loaded || loaded.Session.RootId != SessionKeys.Root(channel, address)) return null;
        if (!loaded.Last.Exists(e => e.From != MessageFrom.User && e.Seq > after && e.DeliveredAt == 0)) return null;
        return new SessionHandle(Incomplete(loaded.Session), loaded.Session.LastSeq, subscriber, store, journal, events, figures, handler, time);
    }
}
