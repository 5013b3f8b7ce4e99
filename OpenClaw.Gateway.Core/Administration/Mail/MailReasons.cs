using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

namespace OpenClaw.Gateway.Core.Administration.Mail;

/// <summary>What a person is told about a mail that is not sent: what happened and who can mend it.</summary>
internal static class MailReasons
{
    public static string Of(SmtpException fault) => fault.Failure switch
    {
        SmtpFailure.Unreachable or SmtpFailure.TimedOut => $"{fault.Message} The owner can check Smtp:Host and Smtp:Port.",
        SmtpFailure.Tls => $"{fault.Message} The owner can check Smtp:Host, Smtp:Port and Smtp:Security.",
        SmtpFailure.Authentication => $"The mail server does not let the gateway send mail: {fault.Message} The owner can check Smtp:User and Smtp:Password.",
        SmtpFailure.Recipients => $"The mail server does not take mail for this address: {fault.Message}",
        SmtpFailure.Protocol => $"{fault.Message} The owner can check Smtp:Host, Smtp:Port and Smtp:Security.",
        _ => $"The mail was not taken: {fault.Message}",
    };
}
