namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Writing;

/// <summary>What becomes a mail (RFC 5322, 2045 to 2049). Every text may hold anything: it never becomes another header or another part.</summary>
internal sealed record OutgoingMail
{
    public required Mailbox From { get; init; }

    /// <summary>Who sent it for <see cref="From"/>; null = the same.</summary>
    public Mailbox? Sender { get; init; }

    public IReadOnlyList<Mailbox> ReplyTo { get; init; } = [];

    /// <summary>None, and none in <see cref="Cc"/>: undisclosed recipients.</summary>
    public IReadOnlyList<Mailbox> To { get; init; } = [];

    public IReadOnlyList<Mailbox> Cc { get; init; } = [];

    public string Subject { get; init; } = "";

    public required DateTimeOffset Date { get; init; }

    /// <summary>Unique, such as <c>id@example.org</c>, with or without angle brackets. The same for each try, so that a mail that arrives twice can be told.</summary>
    public required string MessageId { get; init; }

    /// <summary>The message id of the mail that this one answers; what is no message id is left out, here and in <see cref="References"/>.</summary>
    public string? InReplyTo { get; init; }

    /// <summary>The ids of the thread, the oldest first. Of many the first and the last twenty are written.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary><see cref="AutoSubmittedKinds"/>; null = a person wrote it.</summary>
    public string? AutoSubmitted { get; init; }

    /// <summary>Further headers. Their names begin with <c>X-</c> or are in <see cref="MailHeaderNames.Further"/>; another name throws.</summary>
    public IReadOnlyList<MailHeader> Headers { get; init; } = [];

    public required string Text { get; init; }

    /// <summary>The same as HTML; null = text only.</summary>
    public string? Html { get; init; }

    /// <summary>What the HTML shows by <see cref="MailFile.ContentId"/>. Without HTML these are attachments.</summary>
    public IReadOnlyList<MailFile> Inline { get; init; } = [];

    public IReadOnlyList<MailFile> Attachments { get; init; } = [];
}

/// <summary>A further header, one line of text.</summary>
internal sealed record MailHeader(string Name, string Value);

/// <summary>Why no person wrote a mail (RFC 3834), so that no holiday notice answers it.</summary>
internal static class AutoSubmittedKinds
{
    /// <summary>An answer to a mail.</summary>
    public const string Replied = "auto-replied";

    /// <summary>Of its own accord.</summary>
    public const string Generated = "auto-generated";
}
