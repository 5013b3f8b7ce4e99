using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

namespace OpenClaw.Gateway.Core.Channels.Email.Outbound;

/// <summary>The one table from what went wrong with a mail to what the gateway does about it.</summary>
internal static class SendFaults
{
    /// <summary>Servers that do not know a sender yet (greylisting) let it in after some minutes.</summary>
    private static readonly TimeSpan Recipient = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Server = TimeSpan.FromSeconds(30);

    /// <summary>When a server wants fewer mails and does not say how few.</summary>
    public static readonly TimeSpan CoolDown = TimeSpan.FromMinutes(1);

    public static SendOutcome Of(SmtpException fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        if (fault.MayHaveBeenSent)
            return SendOutcome.Failed(FailureKind.Transient, DeadLetterCauses.ChannelTimeout, $"The connection to the mail server ended before it said whether it has the mail. {fault.Message}", DeadLetterRisks.Unknown);
        return fault.Failure switch
        {
            SmtpFailure.Authentication => Failed(FailureKind.Transient, DeadLetterCauses.ChannelRejected, fault, CoolDown),
            SmtpFailure.Recipients when fault.IsTemporary => SendOutcome.TooMuchForOne(DeadLetterCauses.ChannelError, fault.Message, Recipient),
            SmtpFailure.Recipients or SmtpFailure.Permanent => Failed(FailureKind.Permanent, DeadLetterCauses.ChannelRejected, fault),
            SmtpFailure.Temporary when IsTooMany(fault) => Failed(FailureKind.RateLimited, DeadLetterCauses.ChannelError, fault, CoolDown),
            SmtpFailure.Temporary => Failed(FailureKind.Transient, DeadLetterCauses.ChannelError, fault, Server),
            SmtpFailure.TimedOut => Failed(FailureKind.Timeout, DeadLetterCauses.ChannelTimeout, fault),
            SmtpFailure.Unreachable or SmtpFailure.Tls => Failed(FailureKind.Transient, DeadLetterCauses.ChannelUnavailable, fault),
            _ => Failed(FailureKind.Transient, DeadLetterCauses.ChannelError, fault),
        };
    }

    /// <summary>The server asks for fewer mails, by its code (RFC 3463, and the ones that large providers have made up) or in words.</summary>
    public static bool IsTooMany(SmtpException fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        if (fault.Reply is not { IsTemporary: true } reply) return false;
        return reply.Enhanced is "4.7.28" or "4.5.3" || reply.Lines.Any(l => Words.Any(w => l.Contains(w, StringComparison.OrdinalIgnoreCase)));
    }

    private static readonly string[] Words = ["too many", "rate limit", "rate-limit", "too fast", "throttl", "quota exceeded", "sending limit"];

    private static SendOutcome Failed(FailureKind kind, string cause, SmtpException fault, TimeSpan? retryAfter = null) =>
        SendOutcome.Failed(kind, cause, fault.Message, DeadLetterRisks.NeverSent, retryAfter);
}
