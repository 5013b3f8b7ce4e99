using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Headers;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading;

internal enum MailContainerKind
{
    Mixed,
    Alternative,
    Related,
    Report,
    Digest,
    Signed,
    Encrypted,

    /// <summary>A message within the message, shown as part of its text.</summary>
    Message,
    Other,
}

/// <summary>What parts stand in: a multipart (RFC 2046 5.1), or a message that is part of the text.</summary>
/// <param name="Header">That of the multipart, or that of the message.</param>
/// <param name="Path">As in IMAP; empty for the mail itself.</param>
internal sealed record MailContainer(MailContainerKind Kind, string MediaType, MailHeader Header, MailContainer? Parent, string Path, int Depth)
{
    /// <summary>Parts so far.</summary>
    public int Parts { get; internal set; }

    /// <summary>Its boundary's place among the open ones; -1 for a message, which has none.</summary>
    internal int Boundary { get; init; } = -1;

    /// <summary>The nearest of that kind that it stands in, itself first.</summary>
    public MailContainer? Nearest(MailContainerKind kind)
    {
        var container = this;
        while (container is not null && container.Kind != kind) container = container.Parent;
        return container;
    }

    internal static MailContainerKind KindOf(string mediaType) => mediaType switch
    {
        "multipart/alternative" => MailContainerKind.Alternative,
        "multipart/related" => MailContainerKind.Related,
        "multipart/report" => MailContainerKind.Report,
        "multipart/digest" => MailContainerKind.Digest,
        "multipart/signed" => MailContainerKind.Signed,
        "multipart/encrypted" => MailContainerKind.Encrypted,
        "multipart/mixed" => MailContainerKind.Mixed,
        _ => MailContainerKind.Other,
    };
}
