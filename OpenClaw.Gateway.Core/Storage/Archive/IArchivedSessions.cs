using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Archive;

/// <summary>
/// What live conversations and administration need of the archive. An archived session's messages are in a file; its row says so
/// (<see cref="SessionState.Archived"/>).
/// </summary>
internal interface IArchivedSessions
{
    /// <summary>
    /// Brings a session's messages back into the database, and its row back to <c>Dormant</c> (or <c>Expired</c> when it was ended), its last
    /// activity being now. Does nothing when it is not archived. Throws <see cref="ArchiveFaultException"/> when its file cannot be read whole: then
    /// nothing has changed.
    /// </summary>
    Task RestoreAsync(Guid session, CancellationToken cancellationToken);

    /// <summary>Entries with <c>seq &gt; after</c>, oldest first, at most <paramref name="limit"/>; empty when it is not archived.</summary>
    Task<IReadOnlyList<Message>> ReadAsync(Guid session, long after, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes an archived session for good: its row with its notes, its transcript, its words. Also when the transcript cannot be read any more. The
    /// attachments that it named, for the caller to delete; null when the session is not archived, or in use.
    /// </summary>
    Task<IReadOnlyList<AttachmentRef>?> DeleteAsync(Guid session, CancellationToken cancellationToken);

    /// <summary>
    /// Writes an archived session's transcript anew with each message as <paramref name="change"/> makes it (null leaves it out), and its words with it.
    /// The session's row is the caller's to change. False when it is not archived. Throws <see cref="ArchiveFaultException"/> when the transcript cannot be
    /// read whole: then nothing has changed.
    /// </summary>
    Task<bool> RewriteAsync(Guid session, Func<Message, Message?> change, CancellationToken cancellationToken);
}

/// <summary>A transcript is missing, cut off or changed. The message names the file and says what is wrong.</summary>
public sealed class ArchiveFaultException(string sentence, Exception? cause = null) : IOException(sentence, cause);
