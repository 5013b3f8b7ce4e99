namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Writing;

/// <summary>
/// A file of a mail. <c>Name</c> and <c>ContentType</c> may be anything: what cannot stand in a mail is replaced. <c>Open</c> is called each time the mail is
/// written or measured, and what it gives is disposed of.
/// </summary>
internal sealed record MailFile(string Name, string ContentType, Func<CancellationToken, ValueTask<Stream>> Open)
{
    /// <summary>Bytes; null = not known, so the mail's size is not known beforehand. A file of another length than said is a fault, before the mail ends.</summary>
    public long? Length { get; init; }

    /// <summary>Of an inline image: what the HTML calls it (<c>cid:…</c>), without brackets.</summary>
    public string? ContentId { get; init; }
}
