using System.Text.Json;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Connecting;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

/// <summary>AUTH (RFC 4954) with the strongest mechanism that both sides have.</summary>
internal static class SmtpAuthentication
{
    public static async Task RunAsync(SmtpWire wire, MailCredentials credentials, SmtpCapabilities offered, TimeSpan limit, CancellationToken cancellationToken)
    {
        Task<SmtpReply> Say(string line) => wire.CommandAsync(line, SmtpStage.Authentication, limit, cancellationToken);
        var why = "";
        var reply = credentials switch
        {
            MailCredentials.Password password when offered.HasMechanism("PLAIN") => await PlainAsync(Say, password),
            MailCredentials.Password password when offered.HasMechanism("LOGIN") => await LoginAsync(Say, password),
            MailCredentials.Token token when offered.HasMechanism("XOAUTH2") => await TokenAsync(Say, token, challenge => why = challenge),
            _ => throw new SmtpException(SmtpFailure.Authentication, SmtpStage.Authentication, credentials is MailCredentials.Token
                ? "The mail server does not offer to sign in with an access token (XOAUTH2)."
                : "The mail server does not offer to sign in with a password (PLAIN or LOGIN) on this connection."),
        };
        if (reply.Code == 235) return;
        var fault = SmtpException.Of(SmtpStage.Authentication, reply with { Lines = [.. reply.Lines.Select(credentials.Redact)] });
        throw new SmtpException(fault.Failure is SmtpFailure.Protocol ? SmtpFailure.Authentication : fault.Failure, SmtpStage.Authentication, fault.Message + why, fault.Reply);
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

    private static async Task<SmtpReply> TokenAsync(Func<string, Task<SmtpReply>> say, MailCredentials.Token token, Action<string> refused)
    {
        var reply = await say("AUTH XOAUTH2 " + token.Initial);
        if (reply.Code == 334 && string.IsNullOrWhiteSpace(reply.Lines[0])) reply = await say(token.Initial); // it passed over the initial response
        if (reply.Code != 334) return reply;
        refused(Why(reply.Lines[0]));
        return await say(""); // an empty answer brings the error
    }

    /// <summary>The challenge says why not, in JSON: only its status is told, the rest may quote what was sent.</summary>
    private static string Why(string challenge)
    {
        try
        {
            using var json = JsonDocument.Parse(Convert.FromBase64String(challenge.Trim()));
            if (json.RootElement.ValueKind is not JsonValueKind.Object || !json.RootElement.TryGetProperty("status", out var status)) return "";
            var word = status.ToString();
            return word.Length is > 0 and <= 32 && word.All(char.IsAsciiLetterOrDigit) ? $" It gave the access token the status {word}." : "";
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return "";
        }
    }
}
