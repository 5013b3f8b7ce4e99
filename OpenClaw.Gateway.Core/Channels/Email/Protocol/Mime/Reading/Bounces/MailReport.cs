using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Headers;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Bounces;

/// <summary>What a mail reports that no person wrote.</summary>
internal enum MailReportKind
{
    /// <summary>It is no report: a person or a program wrote to somebody.</summary>
    None,

    /// <summary>A delivery status notification (RFC 3464).</summary>
    DeliveryStatus,

    /// <summary>The same in words only, as some servers write it.</summary>
    Bounce,

    /// <summary>A complaint or an unsubscription (ARF, RFC 5965).</summary>
    Feedback,

    /// <summary>A holiday notice or another automatic answer (RFC 3834).</summary>
    AutoReply,
}

/// <summary>What becomes of a delivery.</summary>
internal enum BounceKind
{
    /// <summary>It did not fail.</summary>
    None,

    /// <summary>It failed, or is late, for a reason that may pass: later, or with another mail, it may succeed.</summary>
    Soft,

    /// <summary>The address does not exist, or no longer: no mail to it will ever arrive.</summary>
    Hard,
}

internal enum DeliveryAction
{
    Unknown,
    Failed,
    Delayed,
    Delivered,
    Relayed,
    Expanded,
}

/// <summary>What a report says of one recipient (RFC 3464 2.3).</summary>
/// <param name="Address">The final recipient; the original one when the report names no other.</param>
/// <param name="OriginalAddress">The one that the sender wrote to, when the report says it.</param>
/// <param name="Status">The enhanced status (RFC 3463) such as 5.1.1; null when nothing names one.</param>
/// <param name="SmtpCode">The reply code of the server that refused; null when nothing names one.</param>
/// <param name="Diagnostic">What that server said.</param>
internal sealed record BounceRecipient(string Address, string? OriginalAddress, DeliveryAction Action, string? Status, int? SmtpCode, string? Diagnostic, BounceKind Kind);

/// <summary>A report and the mail that it is about.</summary>
internal sealed record MailReport(MailReportKind Kind)
{
    public static MailReport None { get; } = new(MailReportKind.None);

    public IReadOnlyList<BounceRecipient> Recipients { get; init; } = [];

    /// <summary>The envelope's id that was given at SMTP (RFC 3461), decoded; null when the report has none.</summary>
    public string? EnvelopeId { get; init; }

    /// <summary>The server that reports.</summary>
    public string? ReportingServer { get; init; }

    /// <summary>abuse, opt-out and such; null when it is no feedback.</summary>
    public string? FeedbackType { get; init; }

    /// <summary>The header of the mail that it is about, as far as it came back; null when nothing of it did.</summary>
    public MailHeader? Original { get; init; }

    /// <summary>The id of that mail without brackets.</summary>
    public string? OriginalMessageId { get; init; }
}
