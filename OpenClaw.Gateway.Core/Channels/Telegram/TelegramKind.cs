using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Telegram.Protocol;

namespace OpenClaw.Gateway.Core.Channels.Telegram;

/// <summary>The channel kind <c>telegram</c> in configuration (contract: management-api.md).</summary>
internal sealed class TelegramKind(TelegramPreflight preflight) : IChannelKind
{
    public const string Name = "telegram";

    public string Kind => Name;

    public string Title => "Telegram";

    public string Summary => "A Telegram bot, in private chats, groups and topics. You need the bot's token from @BotFather.";

    public SecretText? DescribeSecret(string name) => name == TelegramAccess.TokenSecret
        ? new("Bot token", "Write to @BotFather on Telegram: /newbot makes a bot and gives you its token; /mybots shows the token of one that you have. It looks like 123456789:AAH…")
        : null;

    public IReadOnlyList<SettingSpec> Settings { get; } =
    [
        new("mode", SettingType.Choice)
        {
            Default = "\"polling\"", Choices = ["polling", "webhook"], Label = "How messages come in",
            Help = "Polling works everywhere, behind any firewall. Webhook: Telegram calls this gateway, which must be reachable from the internet by https.",
        },
        new("streaming", SettingType.Flag) { Default = "true", Label = "Show answers while they grow", Help = "The bot edits its message as the agent writes, about once a second; in groups every three seconds." },
        new("commands", SettingType.Structure)
        {
            Default = "null", Label = "Menu of commands", MaxItems = TelegramSettings.MostCommands,
            ItemFields =
            [
                new("command", SettingType.Text) { Required = true, MaxLength = 32, Label = "Command", Example = "help", Help = "Lower-case letters, digits and underscores, without the slash." },
                new("description", SettingType.Text) { Required = true, MaxLength = 256, Label = "Description", Example = "What I can do" },
            ],
            Help = "What the menu beside the text field offers. Empty: what @BotFather was told stays.",
        },
        new("baseUrl", SettingType.Text)
        {
            Default = $"\"{TelegramAccess.CloudUrl}\"", Advanced = true, MaxLength = 500, Label = "Bot API server", Example = TelegramAccess.CloudUrl,
            Help = "Telegram's own, or your local Bot API server, which has no limit of 20 MB for files. A private address must be allowed by the owner of the installation.",
        },
    ];

    public IReadOnlyList<string> Secrets { get; } = [TelegramAccess.TokenSecret];

    public IReadOnlyList<string> MadeSecrets { get; } = [];

    public string MakeSecret(string name) => throw new NotSupportedException("Tokens come from @BotFather.");

    public string? CheckSecret(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return TelegramAccess.IsToken(value) ? null : "Must be the token as @BotFather gives it: digits, a colon, letters and digits, as in 123456789:AAH… Copy it without anything around it.";
    }

    public IEnumerable<(string Field, string Message)> Validate(JsonElement settings)
    {
        if (TelegramAccess.BaseOf(settings) is null)
            yield return ("settings.baseUrl", "Must be an absolute http or https address without user, password, query and fragment, as in https://api.telegram.org.");
        foreach (var fault in TelegramSettings.CheckCommands(settings)) yield return fault;
    }

    /// <summary>The bot, and the server where it is not Telegram's own: there the same number is another bot.</summary>
    public string? AccountOf(JsonElement settings, IReadOnlyDictionary<string, string> secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        if (TelegramAccess.BotIdOf(secrets.GetValueOrDefault(TelegramAccess.TokenSecret)) is not { } bot || TelegramAccess.BaseOf(settings) is not { } url) return null;
        return url.GetLeftPart(UriPartial.Authority) == TelegramAccess.CloudUrl ? bot : $"{bot}@{url.Authority.ToLowerInvariant()}";
    }

    public ValueTask<IReadOnlyList<PreflightCheck>> TestAsync(ChannelModel channel, CancellationToken cancellationToken) => preflight.RunAsync(channel, cancellationToken);
}
