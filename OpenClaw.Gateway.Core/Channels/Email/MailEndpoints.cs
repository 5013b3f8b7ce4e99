using OpenClaw.Gateway.Core.Channels.Email.Protocol.Connecting;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

namespace OpenClaw.Gateway.Core.Channels.Email;

/// <summary>A channel's two servers, as the clients want them.</summary>
internal static class MailEndpoints
{
    public static ImapEndpoint Imap(EmailSettings settings, MailCredentials credentials, ImapTimeouts? timeouts = null) => new()
    {
        Host = settings.Imap.Host, Port = settings.Imap.Port, Security = settings.Imap.Security, Credentials = credentials,
        AcceptAnyCertificate = settings.AcceptsInvalidCertificates, Timeouts = timeouts ?? new(),
    };

    public static SmtpEndpoint Smtp(EmailSettings settings, MailCredentials? credentials, SmtpTimeouts? timeouts = null) => new()
    {
        Host = settings.Smtp.Host, Port = settings.Smtp.Port, Security = settings.Smtp.Security, Credentials = credentials,
        AcceptAnyCertificate = settings.AcceptsInvalidCertificates, Timeouts = timeouts ?? SendTimeouts,
    };

    /// <summary>One for all, so that the pool finds its connections: endpoints are compared by what is in them.</summary>
    private static SmtpTimeouts SendTimeouts { get; } = new();
}
