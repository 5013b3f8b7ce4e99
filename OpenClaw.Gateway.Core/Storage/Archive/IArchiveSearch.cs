namespace OpenClaw.Gateway.Core.Storage.Archive;

/// <summary>The words of one archived session.</summary>
/// <param name="Tenant">Who owns it.</param>
/// <param name="Session">The session.</param>
/// <param name="LastActivityAt">Its last message: hits come in this order, newest first.</param>
/// <param name="Text">Everything that was said in it.</param>
public sealed record ArchiveText(Guid Tenant, Guid Session, DateTimeOffset LastActivityAt, string Text);

/// <summary>A session in which the words were found.</summary>
public sealed record ArchiveHit(Guid Session, DateTimeOffset LastActivityAt);

/// <summary>
/// Finds archived sessions by their words, with the database's own means. An index beside the record: it can be made anew from the transcripts at
/// any time, so it may hold a session that is not archived (readers check), and its writes take no turn of the journal's. Safe for concurrent use.
/// </summary>
public interface IArchiveSearch
{
    /// <summary>Makes the index if it is not there. Before anything else.</summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Those of the sessions that are not indexed.</summary>
    Task<IReadOnlyList<Guid>> FindMissingAsync(IReadOnlyCollection<Guid> sessions, CancellationToken cancellationToken);

    /// <summary>
    /// Indexes sessions; one that is indexed already is passed over. Where it was indexed with another text, that cannot be taken out any more:
    /// then the whole index begins anew, and the job that looks for missing sessions fills it.
    /// </summary>
    Task AddAsync(IReadOnlyList<ArchiveText> sessions, CancellationToken cancellationToken);

    /// <summary>
    /// Takes sessions out; the text must be what was indexed, so that no word of it stays. With another text the whole index begins anew, as in
    /// <see cref="AddAsync"/>. One that is not indexed is passed over.
    /// </summary>
    Task RemoveAsync(IReadOnlyList<ArchiveText> sessions, CancellationToken cancellationToken);

    /// <summary>
    /// Sessions of a tenant that hold all the words (any case, without accents; the last one may be the beginning of a word; words in quotation
    /// marks stand together), newest first, after <paramref name="after"/>. Any string is allowed; one without a word finds nothing.
    /// </summary>
    Task<IReadOnlyList<ArchiveHit>> SearchAsync(Guid tenant, string text, ArchiveHit? after, int limit, CancellationToken cancellationToken);

    /// <summary>Forgets everything: before it is filled anew.</summary>
    Task ClearAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Leaves no trace of what was removed in its files. Writes the whole index anew where something was removed: once at the end of an erasure
    /// or of a run of retention, not after every session. Throws <see cref="IOException"/> when a reader stood in the way for too long.
    /// </summary>
    Task ScrubAsync(CancellationToken cancellationToken);
}
