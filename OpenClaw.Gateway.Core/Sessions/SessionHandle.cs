using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Storage.Stores;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Sessions;

/// <summary>A subscriber's hold on a session.</summary>
internal sealed class SessionHandle(
    LiveSession session, long lastSeq, ISessionSubscriber subscriber, ConversationStore store, Journal journal, IEventBus events, LiveFigures figures, Lazy<IMailboxHandler> handler, TimeProvider time) : ISessionHandle
{
    public LiveSession Live => session;

    public Guid SessionId => session.Record.Id;

    public long LastSeq => lastSeq;

    public async ValueTask<IReadOnlyList<MessageRecord>> ReadAsync(long after, int limit, CancellationToken cancellationToken) =>
        session.ToldSeq <= after ? [] : await store.ReadAsync(session.Record.Id, after, limit, cancellationToken);

    public void Delivered(MessageRecord entry)
    {
        if (entry.From == MessageFrom.User || entry.DeliveredAt != 0) return;
        entry.DeliveredAt = Micros.Now(time);
        journal.Append(new ReceiptEntry(entry));
        figures.Delivered(entry.TenantId, entry.ChannelId, entry.DeliveredAt - entry.At);
        if (events.IsHeard(entry.TenantId)) events.Publish(entry.TenantId, EventTypes.ResponseDelivered, entry.ChannelId, entry.SessionId, MessagePayload.Of(entry));
    }

    public void Cancel() => handler.Value.Cancel(session);

    public void Typing(bool on) => handler.Value.Typed(session, on);

    public void Dispose() => session.Unsubscribe(subscriber);
}
