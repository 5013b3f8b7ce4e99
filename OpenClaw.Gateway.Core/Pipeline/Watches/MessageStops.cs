using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Gateway.Core.Pipeline.Watches;

/// <summary>Stops single messages: one that is being answered at once, one that waits when its turn comes.</summary>
internal sealed class MessageStops(SessionTable sessions, ConversationStore store, OpenAsks asks, Waits waits, UnwantedMessages unwanted) : IMessageStops
{
    /// <inheritdoc />
    public async ValueTask<bool> StopAsync(Guid tenant, Guid session, Guid message, CancellationToken cancellationToken)
    {
        if (!await IsOpenAsync(session, message, cancellationToken) || await sessions.FindAsync(tenant, session, cancellationToken) is not { } live) return false;
        unwanted.Add(message);
        if (live.Current is { } current && current.Id == message)
        {
            asks.Stop(session, StopReason.User, current);
            waits.Release(session); // it finds that nobody wants it
        }

        if (await IsOpenAsync(session, message, cancellationToken)) return true;
        unwanted.Remove(message); // it came to its end meanwhile
        return true;
    }

    private async ValueTask<bool> IsOpenAsync(Guid session, Guid message, CancellationToken cancellationToken) =>
        await store.FindMessageAsync(session, message, cancellationToken) is { State: MessageState.Accepted or MessageState.Dispatched };
}
