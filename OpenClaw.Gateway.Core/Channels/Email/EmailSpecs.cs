using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.Email;

/// <summary>What people can set of a mail channel, with the words beside it.</summary>
internal static class EmailSpecs
{
    private const string Incoming = "Incoming mails";
    private const string Outgoing = "Answers";
    private const string SignIn = "Sign-in";

    private const string SecurityHelp =
        "TLS: encrypted from the first byte, the usual. STARTTLS: encrypted before anything is told. None: everybody on the way can read the password and the mails; only for a server on this machine.";

    private const string PrivateHelp = "A private address must be allowed by the owner of the installation.";

    private static readonly string[] Securities = ["tls", "starttls", "none"];
    private static readonly SettingCondition WithOAuth = new("auth", "oauth2");

    public static IReadOnlyList<SettingSpec> All { get; } =
    [
        new("address", SettingType.Text) { Required = true, MaxLength = 254, Label = "Address", Example = "support@example.com", Help = "What people write to, and what answers come from." },
        new("displayName", SettingType.Text) { MaxLength = 200, Label = "Name beside the address", Example = "Example Support", Help = "What people see as the sender. Left empty: the address alone." },
        new("imapHost", SettingType.Text) { Group = Incoming, Required = true, MaxLength = 253, Label = "Server for incoming mails (IMAP)", Example = "imap.example.com", Help = $"Where mails are fetched from. {PrivateHelp}" },
        new("imapPort", SettingType.WholeNumber) { Group = Incoming, Min = 1, Max = 65_535, Label = "Port", Example = "993", Help = "Left empty: 993 with TLS, 143 without or with STARTTLS." },
        new("imapSecurity", SettingType.Choice) { Group = Incoming, Default = "\"tls\"", Choices = Securities, Label = "Encryption", Help = SecurityHelp },
        new("mailbox", SettingType.Text) { Group = Incoming, Default = "\"INBOX\"", MaxLength = 255, Advanced = true, Label = "Folder", Help = "The folder whose mails are messages." },
        new("processedFolder", SettingType.Text)
        {
            Group = Incoming, MaxLength = 255, Advanced = true, Label = "Folder for mails that were taken", Example = "Processed", Help = "They are moved there; it is made when it is not there. Left empty: they stay where they are.",
        },
        new("pollSeconds", SettingType.WholeNumber)
        {
            Group = Incoming, Default = "60", Min = 1, Max = 86_400, Advanced = true, Label = "Look for mails every", Help = "Seconds. Most servers tell of new mails at once; this is for those that do not, and to be safe.",
        },
        new("catchUpDays", SettingType.WholeNumber) { Group = Incoming, Default = "7", Min = 0, Max = 3_650, Advanced = true, Label = "After an absence, oldest mails taken", Help = "Days. Mails that came longer ago, while the gateway was away, are left alone." },
        new("catchUpMessages", SettingType.WholeNumber) { Group = Incoming, Default = "20000", Min = 0, Max = 1_000_000, Advanced = true, Label = "After an absence, most mails taken", Help = "The newest of those that came while the gateway was away." },
        new("smtpHost", SettingType.Text) { Group = Outgoing, Required = true, MaxLength = 253, Label = "Server for outgoing mails (SMTP)", Example = "smtp.example.com", Help = $"Where answers are handed in. {PrivateHelp}" },
        new("smtpPort", SettingType.WholeNumber) { Group = Outgoing, Min = 1, Max = 65_535, Label = "Port", Example = "465", Help = "Left empty: 465 with TLS, 587 without or with STARTTLS." },
        new("smtpSecurity", SettingType.Choice) { Group = Outgoing, Default = "\"tls\"", Choices = Securities, Label = "Encryption", Help = SecurityHelp },
        new("replyTo", SettingType.Choice) { Group = Outgoing, Default = "\"sender\"", Choices = ["sender", "all"], Advanced = true, Label = "Answers go to", Help = "Sender: who wrote the mail. All: also to whom else it went. Never to mailing lists." },
        new("quoteOriginal", SettingType.Flag) { Group = Outgoing, Default = "true", Advanced = true, Label = "Quote the mail that is answered", Help = "Below the answer, as mail programs do it." },
        new("plusAddressing", SettingType.Flag)
        {
            Group = Outgoing, Default = "true", Advanced = true, Label = "Reply address with a plus sign",
            Help = "Answers to support+…@example.com find their conversation even where a mail program loses the thread. Some servers do not know such addresses; the test says so.",
        },
        new("requestDsn", SettingType.Flag) { Group = Outgoing, Default = "true", Advanced = true, Label = "Ask to be told of failures", Help = "Asks mail servers to report mails that could not be delivered, or not yet." },
        new("sendPerMinute", SettingType.WholeNumber)
        {
            Group = Outgoing, Default = "300", Min = 0, Max = 100_000, Advanced = true, Label = "Mails per minute", Help = "At most so many go out by the account, whichever channels share it; the others wait. 0 = no limit.",
        },
        new("user", SettingType.Text) { Group = SignIn, MaxLength = 254, Label = "User name", Example = "support@example.com", Help = "Who signs in at both servers. Left empty: the address." },
        new("auth", SettingType.Choice) { Group = SignIn, Default = "\"password\"", Choices = ["password", "oauth2"], Label = "Sign-in by", Help = "Password: that of the mailbox, or an app password. OAuth 2.0: Microsoft 365 wants it, Google takes it too." },
        new("grant", SettingType.Choice)
        {
            Group = SignIn, OnlyWhen = WithOAuth, Default = "\"refresh_token\"", Choices = ["refresh_token", "client_credentials"], Label = "Access tokens by",
            Help = "Refresh token: a person has allowed the access once. Client credentials: the organisation has allowed it for the application.",
        },
        new("tokenUrl", SettingType.Text)
        {
            Group = SignIn, OnlyWhen = WithOAuth, Required = true, MaxLength = 2_000, Label = "Address of the token endpoint", Example = "https://oauth2.googleapis.com/token", Help = "Where the provider hands out access tokens. It begins with https, unless it is a private address.",
        },
        new("clientId", SettingType.Text) { Group = SignIn, OnlyWhen = WithOAuth, Required = true, MaxLength = 500, Label = "Client id", Help = "Under which this gateway is registered with the provider." },
        new("scopes", SettingType.TextList)
        {
            Group = SignIn, OnlyWhen = WithOAuth, MaxItems = 50, MaxLength = 2_000, AcceptsText = true, Label = "Scopes", Example = "https://mail.google.com/", Help = "What the access is asked for. Left empty: what it was allowed for.",
        },
        new("acceptInvalidCertificates", SettingType.Flag)
        {
            Default = "false", Advanced = true, Label = "Accept invalid certificates", Help = "Only for servers of your own: whoever stands in between could then read the password and the mails.",
        },
    ];

    public static IReadOnlyList<SettingPreset> Presets { get; } =
    [
        new("Gmail", "Switch on 2-Step Verification of the Google account, then make an app password under Security, and put that in as the password.", """
            {"imapHost":"imap.gmail.com","imapPort":null,"imapSecurity":"tls","smtpHost":"smtp.gmail.com","smtpPort":null,"smtpSecurity":"tls","auth":"password","sendPerMinute":null}
            """),
        new("Google Workspace (OAuth)", "In the Google Cloud console make an OAuth client of the type “Web application”, and let the mailbox's owner consent to the scope https://mail.google.com/ with access_type=offline: that gives the refresh token.", """
            {"imapHost":"imap.gmail.com","imapPort":null,"imapSecurity":"tls","smtpHost":"smtp.gmail.com","smtpPort":null,"smtpSecurity":"tls","auth":"oauth2","grant":"refresh_token","tokenUrl":"https://oauth2.googleapis.com/token","scopes":["https://mail.google.com/"],"sendPerMinute":null}
            """),
        new("Microsoft 365", "In Entra ID register an application with the permissions IMAP.AccessAsApp and SMTP.SendAsApp (Office 365 Exchange Online), let an administrator consent, and give its service principal access to the mailbox in Exchange. Put your tenant's id into the address of the token endpoint.", """
            {"imapHost":"outlook.office365.com","imapPort":null,"imapSecurity":"tls","smtpHost":"smtp.office365.com","smtpPort":587,"smtpSecurity":"starttls","auth":"oauth2","grant":"client_credentials","tokenUrl":"https://login.microsoftonline.com/YOUR-TENANT-ID/oauth2/v2.0/token","scopes":["https://outlook.office365.com/.default"],"sendPerMinute":30}
            """),
    ];

    public static SecretText? Describe(string name) => name switch
    {
        EmailSettings.PasswordSecret => new("Password", "Of the mailbox. Providers with a second factor give out app passwords for programs: Google under Security, 2-Step Verification, App passwords."),
        EmailSettings.ClientSecret => new("Client secret", "Of the application that is registered with the provider. Needed for client credentials, and wherever the provider has given one."),
        EmailSettings.RefreshTokenSecret => new("Refresh token", "From the consent of the mailbox's owner. When the provider exchanges it for a new one, the gateway keeps that in its place."),
        _ => null,
    };

    public static SecretUse UseOf(string name, EmailSettings settings) => (name, settings.OAuth) switch
    {
        (EmailSettings.PasswordSecret, null) => SecretUse.Required,
        (EmailSettings.RefreshTokenSecret, { UsesClientCredentials: false }) => SecretUse.Required,
        (EmailSettings.ClientSecret, { UsesClientCredentials: true }) => SecretUse.Required,
        (EmailSettings.ClientSecret, { UsesClientCredentials: false }) => SecretUse.Optional,
        _ => SecretUse.None,
    };
}
