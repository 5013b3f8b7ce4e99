using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Events.Webhooks;

/// <summary>Writes events that stand for themselves.</summary>
internal sealed class EventPosts(IGroupEvents events, Journal journal) : IEventPosts
{
    /// <inheritdoc />
    public void Post(Guid tenant, string type, Guid? channel, Guid? session, object payload, object? metadata = null)
    {
        if (events.IsOn && events.Wants(tenant, type)) journal.Append(new Entry(new(tenant, type, channel, session, payload, metadata)));
    }

    private sealed class Entry(Happening happening) : JournalEntry
    {
        public override bool MustBeWritten => true;

        public override bool IsLazy => true;

        public override int Size => 512;

        public override void AddTo(JournalGroup group, long now) => group.Events?.Tell(group, happening);

        public override void Undo() { }

        public override void Committed() { }

        public override void Refused(Exception cause) { }
    }
}
