using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Archive;

/// <summary>One session on its way into the archive.</summary>
internal sealed class ArchiveItem(Session session, Guid file, IDisposable turn)
{
    public Session Session => session;

    public Guid File => file;

    public IDisposable Turn => turn;

    /// <summary>The last entry that was written.</summary>
    public long LastSeq { get; set; }

    /// <summary>Set when the file is durable and was read back.</summary>
    public TranscriptSeal? Seal { get; set; }

    public ArchiveText? Words { get; set; }

    /// <summary>Between asking for the row and knowing whether there is one.</summary>
    public bool IsUncertain { get; set; }

    /// <summary>Set when the session is archived.</summary>
    public ArchivedSession? Row { get; set; }

    /// <summary>Its last message, or its end where that came later.</summary>
    public DateTimeOffset LastActivityAt => session.EndedAt is { } end && end > session.LastActivityAt ? end : session.LastActivityAt;

    public ArchivedSession ToRow(DateTimeOffset now) => new()
    {
        SessionId = session.Id,
        TenantId = session.TenantId,
        ChannelId = session.ChannelId,
        File = file,
        Messages = Seal!.Value.Messages,
        Bytes = Seal.Value.Bytes,
        FileBytes = Seal.Value.FileBytes,
        Hash = Seal.Value.Hash,
        LastActivityAt = LastActivityAt,
        ArchivedAt = now,
    };
}
