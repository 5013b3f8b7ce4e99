namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

/// <summary>What kind of failure it is decides what to do about it.</summary>
internal enum SmtpFailure
{
    /// <summary>No connection, or it broke or fell silent. Try again.</summary>
    Unreachable,

    /// <summary>No encryption as demanded: not offered, no handshake, or a certificate that does not prove the name.</summary>
    Tls,

    /// <summary>The server does not take the credentials, takes no mail without, or would see them unprotected.</summary>
    Authentication,

    /// <summary>4xx: try again later.</summary>
    Temporary,

    /// <summary>5xx, or the server lacks what the mail needs: the same mail will not pass.</summary>
    Permanent,

    /// <summary>Every recipient was refused; <see cref="SmtpException.Refused"/> says how.</summary>
    Recipients,

    /// <summary>What came is not SMTP.</summary>
    Protocol,
}

/// <summary>Where in the conversation it happened.</summary>
internal enum SmtpStage
{
    Connect,
    Handshake,
    Greeting,
    Hello,
    Authentication,
    Sender,
    Recipient,
    Data,
    Content,
    Accept,
    Reset,
    Quit,
}

/// <summary>One recipient that the server did not take.</summary>
internal sealed record SmtpRefusal(SmtpAddress Recipient, SmtpReply Reply);

/// <summary>A failure of a mail server or on the way to it. Its message holds no address, link or credential, so it may be logged.</summary>
internal sealed class SmtpException(SmtpFailure failure, SmtpStage stage, string message, SmtpReply? reply = null, Exception? cause = null)
    : Exception(message, cause)
{
    public SmtpFailure Failure { get; } = failure;

    public SmtpStage Stage { get; } = stage;

    /// <summary>What the server said; null when it said nothing.</summary>
    public SmtpReply? Reply { get; } = reply;

    public IReadOnlyList<SmtpRefusal> Refused { get; init; } = [];

    /// <summary>The same mail may pass later. After a break in <see cref="SmtpStage.Accept"/> it may also have passed already.</summary>
    public bool IsTemporary => Failure is SmtpFailure.Unreachable or SmtpFailure.Temporary
        || Failure is SmtpFailure.Recipients && Refused.Any(r => r.Reply.IsTemporary);

    /// <summary>A reply that is not the one hoped for.</summary>
    public static SmtpException Of(SmtpStage stage, SmtpReply reply)
    {
        var failure = reply switch
        {
            { IsTemporary: true } => SmtpFailure.Temporary,
            { IsPermanent: true } when stage is SmtpStage.Authentication || reply.Code is 530 or 534 or 535 or 538 => SmtpFailure.Authentication,
            { IsPermanent: true } => SmtpFailure.Permanent,
            _ => SmtpFailure.Protocol,
        };
        return new(failure, stage, $"The mail server answered {reply}", reply);
    }
}
