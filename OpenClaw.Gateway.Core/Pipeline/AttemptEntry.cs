using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Pipeline;

/// <summary>
/// A message's attempts as they go: one is about to begin, or one failed and another is due. Durable before anybody acts on it, so that a restart
/// knows of a request that was sent, and makes the next one at the right time.
/// </summary>
internal sealed class AttemptEntry(MessageRecord message, Attempt? failed = null, AgentRun? run = null) : JournalEntry
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when it is durable; fails with <see cref="IOException"/> when the database refuses it.</summary>
    public Task Task => _done.Task;

    public override bool MustBeWritten => true;

    public override void AddTo(JournalGroup group, long now)
    {
        if (message.State is MessageState.Dispatched or MessageState.Accepted) group.ChangedMessages.Add(message);
        foreach (var earlier in message.Earlier ?? [])
            if (earlier.State is MessageState.Dispatched or MessageState.Accepted) group.ChangedMessages.Add(earlier);
        if (failed is not null) group.Attempts.Add(failed);
        if (run is not null) group.Work.Add(db => AgentRuns.Add(db, [run]));
    }

    public override void Undo() { }

    public override void Committed() => _done.TrySetResult();

    public override void Refused(Exception cause) => _done.TrySetException(new IOException("The attempt could not be recorded.", cause));
}
