using OpenClaw.Gateway.Core.Channels.Email.Protocol.Connecting;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

/// <summary>AUTH (RFC 4954) with the strongest mechanism that both sides have.</summary>
internal static class SmtpAuthentication
{
    public static async Task RunAsync(SmtpWire wire, MailCredentials credentials, SmtpCapabilities offered, TimeSpan limit, CancellationToken cancellationToken)
    {
        Task<SmtpReply> Say(string line) => wire.CommandAsync(line, SmtpStage.Authentication, limit, cancellationToken);
        var reply = credentials switch
        {
            MailCredentials.Password password when offered.HasMechanism("PLAIN") => await PlainAsync(Say, password),
            MailCredentials.Password password when offered.HasMechanism("LOGIN") => await LoginAsync(Say, password),
            MailCredentials.Token token when offered.HasMechanism("XOAUTH2") => await TokenAsync(Say, token),
            _ => throw new SmtpException(SmtpFailure.Authentication, SmtpStage.Authentication, credentials is MailCredentials.Token
                ? "The mail server does not offer to sign in with an access token (XOAUTH2)."
                : "The mail server does not offer to sign in with a password (PLAIN or LOGIN) on this connection."),
        };
        if (reply.Code == 235) return;
        var fault = SmtpException.Of(SmtpStage.Authentication, reply with { Lines = [.. reply.Lines.Select(credentials.Redact)] });
        throw fault.Failure is SmtpFailure.Protocol ? new SmtpException(SmtpFailure.Authentication, SmtpStage.Authentication, fault.Message, fault.Reply) : fault;
    }

    private static async Task<SmtpReply> PlainAsync(Func<string, Task<SmtpReply>> say, MailCredentials.Password password)
    {
        var reply = await say("AUTH PLAIN " + password.Plain);
        return reply.Code == 334 ? await say(password.Plain) : reply; // it passed over the initial response
    }

    private static async Task<SmtpReply> LoginAsync(Func<string, Task<SmtpReply>> say, MailCredentials.Password password)
    {
        var reply = await say("AUTH LOGIN");
        if (reply.Code == 334) reply = await say(password.LoginUser);
        return reply.Code == 334 ? await say(password.LoginPassword) : reply;
    }

    private static async Task<SmtpReply> TokenAsync(Func<string, Task<SmtpReply>> say, MailCredentials.Token token)
    {
        var reply = await say("AUTH XOAUTH2 " + token.Initial);
        return reply.Code == 334 ? await say("") : reply; // the challenge says why not; an empty answer brings the error
    }
}
