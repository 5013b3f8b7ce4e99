using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Archive;

/// <summary>What a whole transcript says of itself: its words, the attachments that it names.</summary>
internal sealed record ArchiveContent(ArchiveText Words, IReadOnlyList<AttachmentRef> Attachments)
{
    public static ArchiveContent Nothing(ArchivedSession row) => new(new(row.TenantId, row.SessionId, row.LastActivityAt, ""), []);

    /// <summary>Reads it to its end. Throws <see cref="ArchiveFaultException"/> when anything is wrong with it.</summary>
    public static ArchiveContent Read(ArchiveFiles files, ArchivedSession row, CancellationToken cancellationToken)
    {
        using var reader = files.Open(row);
        var words = new ArchiveWords();
        var attachments = new List<AttachmentRef>();
        while (reader.Next() is { } message)
        {
            cancellationToken.ThrowIfCancellationRequested();
            words.Add(message);
            if (message.Extras is not null && MessageExtras.FromJson(message.Extras)?.Attachments is { } named) attachments.AddRange(named);
        }

        return new(words.Of(row.TenantId, row.SessionId, row.LastActivityAt), attachments);
    }
}
