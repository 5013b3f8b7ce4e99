namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

/// <summary>What the server is told about a mail besides its content.</summary>
internal sealed record SmtpEnvelope
{
    /// <summary>Where bounces go; null = nowhere (<c>&lt;&gt;</c>), as for automatic answers.</summary>
    public required SmtpAddress? From { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<SmtpAddress> To { get; init; }

    /// <summary>Bytes of the content if known, for servers that announce a limit.</summary>
    public long? Size { get; init; }

    /// <summary>The content has bytes above 127, outside of headers.</summary>
    public bool EightBit { get; init; }

    /// <summary>The content has headers in UTF-8 (RFC 6532).</summary>
    public bool Utf8Headers { get; init; }

    /// <summary>Null: nobody asks to be told what becomes of the mail.</summary>
    public SmtpNotices? Notices { get; init; }

    public bool NeedsUtf8 => Utf8Headers || From is { NeedsUtf8: true } || To.Any(a => a.NeedsUtf8);
}

/// <summary>
/// Asks servers that offer it (RFC 3461) to report failures and delays, with the headers only. <c>EnvelopeId</c> comes back in the
/// report: at most 100 printable ASCII characters; null = none.
/// </summary>
internal sealed record SmtpNotices(string? EnvelopeId);

/// <summary>
/// A mail that the server has taken for those recipients that it has taken. <c>NoticesAsked</c>: the server knows RFC 3461 and has
/// been asked to report.
/// </summary>
internal sealed record SmtpReceipt(SmtpReply Reply, IReadOnlyList<SmtpAddress> Accepted, IReadOnlyList<SmtpRefusal> Refused, bool NoticesAsked);
