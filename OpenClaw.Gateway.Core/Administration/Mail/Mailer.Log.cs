using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

namespace OpenClaw.Gateway.Core.Administration.Mail;

internal sealed partial class Mailer
{
    [LoggerMessage(1731, LogLevel.Information, "Mail to {Domain} was taken by the mail server at try {Attempt}")]
    private partial void LogSent(string domain, int attempt);

    [LoggerMessage(1732, LogLevel.Warning, "Mail to {Domain} is tried again in {Pause}: {Failure} at {Stage}. {Message}")]
    private partial void LogRetried(string domain, SmtpFailure failure, SmtpStage stage, string message, TimeSpan pause);

    [LoggerMessage(1733, LogLevel.Error, "Mail to {Domain} is given up after {Attempts} tries: {Failure} at {Stage}. {Message}")]
    private partial void LogFailed(string domain, SmtpFailure failure, SmtpStage stage, string message, int attempts);

    [LoggerMessage(1734, LogLevel.Warning, "Mail to {Domain} was not taken: too many wait")]
    private partial void LogRefused(string domain);

    [LoggerMessage(1735, LogLevel.Warning, "Mail to {Domain} is forgotten, as the gateway stops")]
    private partial void LogForgotten(string domain);

    [LoggerMessage(1736, LogLevel.Error, "Mail to {Domain} could not be sent")]
    private partial void LogBroken(Exception cause, string domain);
}
