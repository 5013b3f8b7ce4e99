using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Pipeline;

/// <summary>An agent works on a message, or was stopped for an operator: written beside the next group, so that people see it; not written when it is concluded by then.</summary>
internal sealed class ProgressEntry(MessageRecord message) : JournalEntry
{
    public override bool MustBeWritten => true;

    public override bool IsLazy => true;

    public override void AddTo(JournalGroup group, long now)
    {
        if (message.State is MessageState.Dispatched or MessageState.Accepted) group.ChangedMessages.Add(message);
        foreach (var earlier in message.Earlier ?? [])
            if (earlier.State is MessageState.Dispatched or MessageState.Accepted) group.ChangedMessages.Add(earlier);
    }

    public override void Undo() { }

    public override void Committed() { }

    public override void Refused(Exception cause) { }
}
