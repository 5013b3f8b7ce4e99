using System.Net;
using System.Text.Json;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Channels.Email;

/// <summary>What must hold of a mail channel's settings beyond what their types say.</summary>
internal static class EmailRules
{
    private static readonly string[] PrivateEndings = [".localhost", ".local", ".internal", ".lan", ".home.arpa"];

    /// <summary>Field and message of each fault.</summary>
    public static IEnumerable<(string Field, string Message)> Check(JsonElement settings)
    {
        var read = EmailSettings.Read(settings);
        if (!SmtpAddress.TryParse(read.Address, out _)) yield return ("settings.address", "This is not an e-mail address. Write it as in support@example.com, without a name.");
        if (!IsHost(read.Imap.Host)) yield return ("settings.imapHost", "Must be the name or address of a server, without port, as in imap.example.com.");
        if (!IsHost(read.Smtp.Host)) yield return ("settings.smtpHost", "Must be the name or address of a server, without port, as in smtp.example.com.");
        if (read.DisplayName is { } name && name.Any(char.IsControl)) yield return ("settings.displayName", "Must be one line.");
        if (read.User != read.Address && read.User.Any(char.IsControl)) yield return ("settings.user", "Must be one line.");
        foreach (var fault in Folders(read)) yield return fault;
        if (read.OAuth is not { } oauth) yield break;
        if (oauth.ClientId.Length == 0) yield return ("settings.clientId", "OAuth 2.0 needs the client id.");
        if (TokenUrlFault(oauth.TokenUrl) is { } fault2) yield return ("settings.tokenUrl", fault2);
    }

    private static IEnumerable<(string Field, string Message)> Folders(EmailSettings read)
    {
        if (read.Mailbox.Any(char.IsControl)) yield return ("settings.mailbox", "Must be the name of a folder, in one line.");
        if (read.ProcessedFolder is not { } processed) yield break;
        if (processed.Any(char.IsControl)) yield return ("settings.processedFolder", "Must be the name of a folder, in one line.");
        if (processed.Equals(read.Mailbox, StringComparison.OrdinalIgnoreCase)) yield return ("settings.processedFolder", "Must be another folder than the one that mails are taken from.");
    }

    private static string? TokenUrlFault(string text)
    {
        if (text.Length == 0) return "OAuth 2.0 needs the address of the token endpoint, as in https://oauth2.googleapis.com/token.";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http") || url.UserInfo.Length > 0 || url.Fragment.Length > 0)
            return "Must be an absolute https address without user and password, as in https://oauth2.googleapis.com/token.";
        return url.Scheme == "https" || IsPrivate(url) ? null : "Must begin with https: secrets are sent there. Plain http is for private addresses only.";
    }

    private static bool IsPrivate(Uri url)
    {
        if (IPAddress.TryParse(url.IdnHost, out var address)) return !AddressRules.IsPublic(address);
        return !url.IdnHost.Contains('.', StringComparison.Ordinal) || PrivateEndings.Any(e => url.IdnHost.EndsWith(e, StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsHost(string host) => host.Length is > 0 and <= 253 && Uri.CheckHostName(host) is not (UriHostNameType.Unknown or UriHostNameType.Basic);
}
