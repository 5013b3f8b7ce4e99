using System.Runtime.CompilerServices;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.Email;

/// <summary>A mail server as configured.</summary>
internal sealed record MailServer(string Host, int Port, MailSecurity Security);

/// <summary>How access tokens are got (RFC 6749).</summary>
internal sealed record MailOAuth(string TokenUrl, string ClientId, string? Scopes, bool UsesClientCredentials);

/// <summary>A mail channel's own settings (contract: management-api.md), read once per state of the configuration.</summary>
internal sealed record EmailSettings
{
    public const string PasswordSecret = "password";
    public const string ClientSecret = "clientSecret";
    public const string RefreshTokenSecret = "refreshToken";

    private static readonly ConditionalWeakTable<ChannelModel, EmailSettings> Known = [];

    /// <summary>The channel's own address, as it was written; compared without regard to case.</summary>
    public required string Address { get; init; }

    /// <summary>The name beside it; null = the address alone.</summary>
    public string? DisplayName { get; init; }

    public required MailServer Imap { get; init; }

    public required MailServer Smtp { get; init; }

    /// <summary>Who signs in at both.</summary>
    public required string User { get; init; }

    /// <summary>Null: by password.</summary>
    public MailOAuth? OAuth { get; init; }

    public string Mailbox { get; init; } = "INBOX";

    /// <summary>Where mails are moved that were taken; null = they stay.</summary>
    public string? ProcessedFolder { get; init; }

    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Answers go to all who got the mail, not only to who wrote it. Never to lists.</summary>
    public bool RepliesToAll { get; init; }

    public bool RequestsDsn { get; init; } = true;

    /// <summary>An answer repeats what it answers below it.</summary>
    public bool QuotesOriginal { get; init; } = true;

    public bool AcceptsInvalidCertificates { get; init; }

    /// <summary>After a time without connection older mails are left alone.</summary>
    public TimeSpan CatchUpAge { get; init; } = TimeSpan.FromDays(7);

    /// <summary>After a time without connection at most so many are taken, the newest.</summary>
    public int CatchUpMessages { get; init; } = 20_000;

    /// <summary>Mails a minute that may go out by the account, whichever channels share it; 0 = no limit.</summary>
    public int SendPerMinute { get; init; } = 300;

    /// <summary>Answers can be sent to the channel's address with a plus sign and the thread in it.</summary>
    public bool PlusAddressing { get; init; } = true;

    public static EmailSettings Of(ChannelModel channel) => Known.GetValue(channel, static c => Read(c.Settings));

    /// <summary>Reads saved settings; what is absent has its default.</summary>
    public static EmailSettings Read(JsonElement settings) => new()
    {
        Address = Text(settings, "address") ?? "",
        DisplayName = Text(settings, "displayName"),
        Imap = Server(settings, "imap", tlsPort: 993, plainPort: 143),
        Smtp = Server(settings, "smtp", tlsPort: 465, plainPort: 587),
        User = Text(settings, "user") ?? Text(settings, "address") ?? "",
        OAuth = Text(settings, "auth") == "oauth2" ? new(Text(settings, "tokenUrl") ?? "", Text(settings, "clientId") ?? "", Scopes(settings), Text(settings, "grant") == "client_credentials") : null,
        Mailbox = Text(settings, "mailbox") ?? "INBOX",
        ProcessedFolder = Text(settings, "processedFolder"),
        Poll = TimeSpan.FromSeconds(Number(settings, "pollSeconds", 60)),
        RepliesToAll = Text(settings, "replyTo") == "all",
        RequestsDsn = Flag(settings, "requestDsn", otherwise: true),
        QuotesOriginal = Flag(settings, "quoteOriginal", otherwise: true),
        AcceptsInvalidCertificates = Flag(settings, "acceptInvalidCertificates", otherwise: false),
        CatchUpAge = TimeSpan.FromDays(Number(settings, "catchUpDays", 7)),
        CatchUpMessages = Number(settings, "catchUpMessages", 20_000),
        SendPerMinute = Number(settings, "sendPerMinute", 300),
        PlusAddressing = Flag(settings, "plusAddressing", otherwise: true),
    };

    private static MailServer Server(JsonElement settings, string name, int tlsPort, int plainPort)
    {
        var security = Text(settings, name + "Security") switch { "starttls" => MailSecurity.StartTls, "none" => MailSecurity.None, _ => MailSecurity.Tls };
        return new(Text(settings, name + "Host") ?? "", Number(settings, name + "Port", security == MailSecurity.Tls ? tlsPort : plainPort), security);
    }

    /// <summary>A list, or one text with blanks in between.</summary>
    private static string? Scopes(JsonElement settings) => Field(settings, "scopes") switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Array } list => string.Join(' ', list.EnumerateArray().Select(s => s.ToString())),
        _ => null,
    };

    private static string? Text(JsonElement settings, string name) =>
        Field(settings, name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text ? text.Trim() : null;

    private static int Number(JsonElement settings, string name, int otherwise) =>
        Field(settings, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) ? number : otherwise;

    private static bool Flag(JsonElement settings, string name, bool otherwise) =>
        Field(settings, name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value ? value.GetBoolean() : otherwise;

    private static JsonElement? Field(JsonElement settings, string name) =>
        settings.ValueKind == JsonValueKind.Object && settings.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;
}
