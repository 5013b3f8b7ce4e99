namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>Sends the installation's own mail: invitations and password resets. What it sends is never logged.</summary>
public interface IMailer
{
    /// <summary>False when <c>Smtp:Host</c> is empty: show people the link instead.</summary>
    bool IsConfigured { get; }

    /// <summary>
    /// Sends, and waits some seconds for what the server says. A temporary failure is <see cref="MailResult.Queued"/> and
    /// tried again. A cancelled caller stops waiting; the mail goes on.
    /// </summary>
    Task<MailResult> SendAsync(MailMessage message, CancellationToken cancellationToken);

    /// <summary>One try, and none after it: for senders that keep what they have to say and try again themselves.</summary>
    Task<MailResult> SendOnceAsync(MailMessage message, CancellationToken cancellationToken) => SendAsync(message, cancellationToken);

    /// <summary>Takes the mail and returns at once, so that the time taken does not tell whether somebody has an account.</summary>
    MailResult Post(MailMessage message);
}

/// <summary>One mail to one person, from <c>Smtp:From</c>.</summary>
public sealed record MailMessage
{
    /// <summary>An e-mail address, without a display name.</summary>
    public required string To { get; init; }

    /// <summary>One line.</summary>
    public required string Subject { get; init; }

    /// <summary>The text that every mail program can show. Lines end in LF or CRLF.</summary>
    public required string Text { get; init; }

    /// <summary>The same as HTML; null = text only.</summary>
    public string? Html { get; init; }
}

/// <summary>What became of a mail, as far as it is known when asked.</summary>
public abstract record MailResult
{
    private MailResult()
    {
    }

    /// <summary>The server has taken it.</summary>
    public sealed record Sent : MailResult;

    /// <summary>It waits here for its turn or its next try. A restart forgets it.</summary>
    public sealed record Queued : MailResult;

    /// <summary>It is not sent and will not be. <paramref name="Reason"/> is a sentence that may be shown to the person who asked for the mail.</summary>
    public sealed record Failed(string Reason) : MailResult;
}
