using System.Text.Json;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Connecting;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

/// <summary>Signs in with the strongest way that both sides have: AUTHENTICATE PLAIN, XOAUTH2, the older LOGIN mechanism, or the LOGIN command.</summary>
internal static class ImapAuthentication
{
    public static async Task RunAsync(ImapConnection connection, MailCredentials credentials, CancellationToken cancellationToken)
    {
        await connection.AskCapabilitiesAsync(cancellationToken);
        var offered = connection.Offered;
        connection.ForgetCapabilities();
        string? challenge = null;
        var reply = credentials switch
        {
            MailCredentials.Token token when offered.HasMechanism("XOAUTH2") =>
                await connection.AuthenticateAsync("XOAUTH2", [token.Initial], offered, c => challenge = c, cancellationToken),
            MailCredentials.Token => throw new ImapException(ImapFailure.Authentication, "The mail server does not offer to sign in with an access token (XOAUTH2)."),
            MailCredentials.Password password when offered.HasMechanism("PLAIN") =>
                await connection.AuthenticateAsync("PLAIN", [password.Plain], offered, null, cancellationToken),
            MailCredentials.Password password when !offered.Has("LOGINDISABLED") => await connection.LoginAsync(password, cancellationToken),
            MailCredentials.Password password when offered.HasMechanism("LOGIN") =>
                await connection.AuthenticateAsync("LOGIN", [password.LoginUser, password.LoginPassword], offered, null, cancellationToken),
            _ => throw new ImapException(ImapFailure.Authentication, "The mail server does not offer to sign in with a password on this connection (LOGINDISABLED)."),
        };
        if (reply.IsOk) return;
        reply = reply with { Text = credentials.Redact(reply.Text), CodeArguments = credentials.Redact(reply.CodeArguments) };
        throw ImapException.Of(reply, ImapFailure.Authentication, credentials is MailCredentials.Token ? "The access token was refused" + Status(challenge) : "The sign-in was refused");
    }

    /// <summary>XOAUTH2 says why not in JSON, in a challenge: <c>{"status":"400","schemes":"Bearer","scope":"…"}</c>.</summary>
    private static string Status(string? challenge)
    {
        if (string.IsNullOrEmpty(challenge)) return "";
        try
        {
            using var json = JsonDocument.Parse(Convert.FromBase64String(challenge));
            return json.RootElement.ValueKind is JsonValueKind.Object && json.RootElement.TryGetProperty("status", out var status) && status.ValueKind is JsonValueKind.String
                ? $" (status {ServerText.Shown(status.GetString()!)})"
                : "";
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return ""; // the refusal that follows says it, too
        }
    }
}
