using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Delivery;

/// <summary>
/// Sends the reply of a dead letter again: only what of it is not there yet. When it is over, the letter becomes <see cref="DeadLetterStates.Replayed"/>; a
/// reply that fails again is another letter, with this one as its previous.
/// </summary>
internal sealed class ReplayDelivery(Journal journal, DeliveryStore store, Outbox outbox, Lazy<IArchivedSessions> archive, TimeProvider time)
{
    /// <summary>
    /// Puts the reply back into its lane with no attempts made; nothing more happens when it is there already. The letter's state is
    /// <see cref="DeadLetterStates.Replaying"/> before. False: there is no such reply any more, or it was sent. Throws <see cref="ArchiveFaultException"/>
    /// when its conversation is archived and cannot be read.
    /// </summary>
    public async Task<bool> RunAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(letter);
        if (letter.Stage != Stages.Delivered) throw new ArgumentException("Only what died on its way out is delivered again.", nameof(letter));
        if (!await PutBackAsync(letter))
        {
            await archive.Value.RestoreAsync(letter.SessionId, cancellationToken);
            if (!await PutBackAsync(letter)) return false;
        }

        foreach (var (channel, item) in await store.WaitingAsync(letter.Position - 1, letter.ChannelId, 1, cancellationToken))
            if (item.Id == letter.MessageId) outbox.Offer(channel, item);
        return true;
    }

    private Task<bool> PutBackAsync(DeadLetter letter)
    {
        var (position, id, now) = (letter.Position, letter.MessageId, time.GetUtcNow());
        return journal.WorkAsync(db =>
        {
            var back = db.Messages.Where(m => m.Position == position && m.Id == id && m.State == MessageState.Dead && m.Pending == null).ExecuteUpdate(set => set
                .SetProperty(m => m.State, MessageState.Answered).SetProperty(m => m.Pending, PendingWork.Send).SetProperty(m => m.Error, (string?)null));
            if (back == 0) return db.Messages.Any(m => m.Position == position && m.Id == id && m.Pending == PendingWork.Send);
            db.Deliveries.Where(d => d.Position == position).ExecuteUpdate(set => set
                .SetProperty(d => d.State, DeliveryStates.Waiting).SetProperty(d => d.Attempts, 0).SetProperty(d => d.StartedAt, now)
                .SetProperty(d => d.NextAt, (DateTimeOffset?)null).SetProperty(d => d.Error, (string?)null));
            return true;
        });
    }
}
