using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.Email;

/// <summary>What people can set of a mail channel, with the words beside it.</summary>
internal static class EmailSpecs
{
    private const string SecurityHelp =
        "TLS: encrypted from the first byte, the usual. STARTTLS: encrypted before anything is told. None: everybody on the way can read password and mails; only for a server on this machine.";

    private const string PrivateHelp = "A private address must be allowed by the owner of the installation.";

    private static readonly string[] Securities = ["tls", "starttls", "none"];

    public static IReadOnlyList<SettingSpec> All { get; } =
    [
        new("address", SettingType.Text)
        {
            Required = true, MaxLength = 254, Label = "Address", Example = "support@example.com", Help = "What people write to, and what answers come from.",
        },
        new("displayName", SettingType.Text) { MaxLength = 200, Label = "Name beside the address", Example = "Example Support", Help = "What people see as the sender. Left empty: the address alone." },
        new("imapHost", SettingType.Text) { Required = true, MaxLength = 253, Label = "Incoming server (IMAP)", Example = "imap.example.com", Help = $"Where mails are fetched from. {PrivateHelp}" },
        new("smtpHost", SettingType.Text) { Required = true, MaxLength = 253, Label = "Outgoing server (SMTP)", Example = "smtp.example.com", Help = $"Where answers are handed in. {PrivateHelp}" },
        new("user", SettingType.Text) { MaxLength = 254, Label = "User name", Example = "support@example.com", Help = "Who signs in at both servers. Left empty: the address." },
        new("auth", SettingType.Choice)
        {
            Default = "\"password\"", Choices = ["password", "oauth2"], Label = "Sign-in",
            Help = "Password: that of the mailbox, or an app password. OAuth 2.0: Microsoft 365 wants it, Google takes it too; its fields are under Advanced settings.",
        },
        new("imapSecurity", SettingType.Choice) { Default = "\"tls\"", Choices = Securities, Advanced = true, Label = "Encryption, incoming", Help = SecurityHelp },
        new("imapPort", SettingType.WholeNumber) { Min = 1, Max = 65_535, Advanced = true, Label = "Port, incoming", Example = "993", Help = "Left empty: 993 with TLS, 143 without or with STARTTLS." },
        new("smtpSecurity", SettingType.Choice) { Default = "\"tls\"", Choices = Securities, Advanced = true, Label = "Encryption, outgoing", Help = SecurityHelp },
        new("smtpPort", SettingType.WholeNumber) { Min = 1, Max = 65_535, Advanced = true, Label = "Port, outgoing", Example = "465", Help = "Left empty: 465 with TLS, 587 without or with STARTTLS." },
        new("tokenUrl", SettingType.Text)
        {
            MaxLength = 2_000, Advanced = true, Label = "OAuth: address of the token endpoint", Example = "https://oauth2.googleapis.com/token",
            Help = "Needed for OAuth 2.0. Where the provider hands out access tokens; https, unless it is a private address.",
        },
        new("clientId", SettingType.Text) { MaxLength = 500, Advanced = true, Label = "OAuth: client id", Help = "Needed for OAuth 2.0. The id under which this gateway is registered with the provider." },
        new("scopes", SettingType.TextList)
        {
            MaxItems = 50, MaxLength = 500, AcceptsText = true, Advanced = true, Label = "OAuth: scopes", Example = "https://mail.google.com/",
            Help = "What the access is asked for. Google: https://mail.google.com/. Microsoft 365: see the documentation of the channel.",
        },
        new("grant", SettingType.Choice)
        {
            Default = "\"refresh_token\"", Choices = ["refresh_token", "client_credentials"], Advanced = true, Label = "OAuth: how tokens are got",
            Help = "Refresh token: a person has allowed the access once. Client credentials: the organisation has allowed it for the application.",
        },
        new("mailbox", SettingType.Text) { Default = "\"INBOX\"", MaxLength = 255, Advanced = true, Label = "Folder", Help = "The folder whose mails are messages." },
        new("processedFolder", SettingType.Text) { MaxLength = 255, Advanced = true, Label = "Folder for mails that were taken", Example = "Processed", Help = "They are moved there; it is made when it is not there. Left empty: they stay where they are." },
        new("pollSeconds", SettingType.WholeNumber)
        {
            Default = "60", Min = 10, Max = 3_600, Advanced = true, Label = "Look for mails every", Help = "Seconds. Most servers tell of new mails at once; this is for those that do not, and to be safe.",
        },
        new("catchUpDays", SettingType.WholeNumber) { Default = "7", Min = 0, Max = 365, Advanced = true, Label = "After an absence, answer mails of", Help = "Days. Mails that came while the gateway was away longer than that are left alone." },
        new("catchUpMessages", SettingType.WholeNumber) { Default = "20000", Min = 0, Max = 1_000_000, Advanced = true, Label = "After an absence, answer at most", Help = "Mails, the newest." },
        new("replyTo", SettingType.Choice)
        {
            Default = "\"sender\"", Choices = ["sender", "all"], Advanced = true, Label = "Answers go to",
            Help = "Sender: who wrote the mail. All: also to whom else it went. Never to mailing lists.",
        },
        new("quoteOriginal", SettingType.Flag) { Default = "true", Advanced = true, Label = "Quote the mail that is answered", Help = "Below the answer, as mail programs do it." },
        new("plusAddressing", SettingType.Flag)
        {
            Default = "true", Advanced = true, Label = "Reply address with a plus sign",
            Help = "Answers to support+…@example.com find their conversation even when a mail program loses the thread. Some servers do not know such addresses; the test says so.",
        },
        new("requestDsn", SettingType.Flag) { Default = "true", Advanced = true, Label = "Ask to be told of failures", Help = "Asks mail servers to report mails that could not be delivered, or not yet." },
        new("sendPerMinute", SettingType.WholeNumber)
        {
            Default = "60", Min = 0, Max = 100_000, Advanced = true, Label = "Mails per minute", Help = "At most so many go out by the account, whichever channels share it; the others wait. 0 = no limit.",
        },
        new("acceptInvalidCertificates", SettingType.Flag)
        {
            Default = "false", Advanced = true, Label = "Accept invalid certificates", Help = "Only for servers of your own: whoever stands in between could then read password and mails.",
        },
    ];

    public static SecretText? Describe(string name) => name switch
    {
        EmailSettings.PasswordSecret => new("Password", "Of the mailbox. Providers with a second factor give out app passwords for programs: Google under Security, 2-Step Verification, App passwords. Not needed with OAuth 2.0."),
        EmailSettings.ClientSecret => new("OAuth: client secret", "Of the application that is registered with the provider. Needed for client credentials, and wherever the provider has given one."),
        EmailSettings.RefreshTokenSecret => new("OAuth: refresh token", "From the provider's consent page. When the provider exchanges it for a new one, the gateway keeps that in its place."),
        _ => null,
    };
}
