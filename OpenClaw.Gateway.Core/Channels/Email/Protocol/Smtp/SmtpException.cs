namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

/// <summary>What kind of failure it is decides what to do about it.</summary>
internal enum SmtpFailure
{
    /// <summary>No connection, or it broke. Try again.</summary>
    Unreachable,

    /// <summary>The server was there and fell silent. Try again.</summary>
    TimedOut,

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

    /// <summary>Up to the last dot, which is not sent if this fails.</summary>
    Content,

    /// <summary>The last dot and the word of the server that it has the mail.</summary>
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

    /// <summary>A smaller mail might pass.</summary>
    public bool IsTooLarge { get; init; } = reply is { Code: 552 } or { Enhanced: "5.2.3" or "5.3.4" };

    /// <summary>The same mail may pass later.</summary>
    public bool IsTemporary => Failure is SmtpFailure.Unreachable or SmtpFailure.TimedOut or SmtpFailure.Temporary
        || Failure is SmtpFailure.Recipients && Refused.Any(r => r.Reply.IsTemporary);

    /// <summary>
    /// True: the last dot went out, or part of it, and no answer came, so nobody knows whether the server has the mail. False: it surely has not.
    /// </summary>
    public bool MayHaveBeenSent => Stage is SmtpStage.Accept && Reply is not ({ IsTemporary: true } or { IsPermanent: true });

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
