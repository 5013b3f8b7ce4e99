using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.Email.Preflight;

/// <summary>What is said of the encryption of a connection.</summary>
internal static class TlsWords
{
    public static PreflightCheck Good(string check, MailSecurity security, bool acceptsAny) => security switch
    {
        MailSecurity.None => new(check, true, "The connection is not encrypted, as the settings say: whoever is on the way can read the password and the mails.", "Use tls or starttls, unless the server is this machine."),
        _ when acceptsAny => new(check, true, "The connection is encrypted. The certificate is accepted whatever it says.", "Switch acceptInvalidCertificates off as soon as the server has a valid certificate."),
        _ => new(check, true, "The connection is encrypted, and the certificate is valid."),
    };

    /// <param name="what">What was seen, as the client says it.</param>
    /// <param name="prefix">Of the settings: imap or smtp.</param>
    /// <param name="server">The server.</param>
    public static string Fix(string what, string prefix, MailServer server)
    {
        var (tls, startTls) = prefix == "imap" ? (993, 143) : (465, 587);
        if (what.Contains("certificate is not for", StringComparison.Ordinal)) return $"Put the name that the certificate is for into {prefix}Host. With a server of your own, get a certificate for {server.Host}.";
        if (what.Contains("expired", StringComparison.Ordinal)) return "Let whoever runs the server renew its certificate, and check the clock of this machine.";
        if (what.Contains("not signed by", StringComparison.Ordinal)) return "Let this machine trust the authority that signed it (as the update-ca-certificates of the system does). For a server of your own that cannot have a better one: acceptInvalidCertificates.";
        return server.Security == MailSecurity.Tls
            ? $"If port {server.Port} wants STARTTLS, as {startTls} usually does, set {prefix}Security to starttls; else use port {tls}."
            : $"Set {prefix}Security to tls and use port {tls}, if the server has that.";
    }
}

/// <summary>What is said of a sign-in that was refused.</summary>
internal static class LoginWords
{
    /// <param name="what">What the server said.</param>
    /// <param name="settings">The channel's.</param>
    public static string Fix(string what, EmailSettings settings)
    {
        if (Has("application-specific") || Has("app password") || Has("5.7.9 ")) return "The provider wants an app password: make one in the account's security settings, and put it into password.";
        if (Has("smtpclientauthentication") || Has("5.7.139")) return "Sending by programs is switched off for this mailbox: let an administrator switch on authenticated SMTP for it.";
        if (Has("LOGINDISABLED") || Has("does not offer to sign in")) return settings.OAuth is null ? "The server takes no password on this connection: use tls or starttls, or OAuth 2.0 (auth)." : "The server takes no access tokens: use a password (auth).";
        if (settings.OAuth is { UsesClientCredentials: true }) return "Check that the application may use IMAP and SMTP, that an administrator has consented, that its service principal has been given this mailbox, and that scopes and user are right.";
        return settings.OAuth is not null
            ? "Check that user is the account whose owner has consented, and that the consent included the scopes for IMAP and SMTP. Then get a new refresh token."
            : "Check user name (user) and password. Providers with a second factor, such as Google, want an app password; Microsoft 365 takes OAuth 2.0 only. IMAP and SMTP may have to be switched on in the mailbox's settings.";

        bool Has(string words) => what.Contains(words, StringComparison.OrdinalIgnoreCase);
    }
}
