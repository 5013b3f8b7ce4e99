using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Discord.Interactions;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;

namespace OpenClaw.Gateway.Core.Channels.Discord;

/// <summary>The channel kind <c>discord</c> in configuration (contract: management-api.md).</summary>
internal sealed class DiscordKind(DiscordPreflight preflight) : IChannelKind
{
    public const string Name = "discord";

    public string Kind => Name;

    public string Title => "Discord";

    public string Summary => "A Discord bot: direct messages, channels, threads and forum posts, slash commands and buttons. Needed: a bot token from Discord's developer portal.";

    public SecretText? DescribeSecret(string name) => name == DiscordSettings.BotToken
        ? new("Bot token", $"From {DiscordErrors.Portal}: your application, Bot, Reset Token. Switch on “Message Content Intent” on the same page. Only this installation may use the token.")
        : null;

    public IReadOnlyList<SettingSpec> Settings { get; } =
    [
        new("streaming", SettingType.Flag) { Default = "true", Label = "Show answers while they grow", Help = "A message is edited about once a second until the answer is complete. Off: the answer comes when it is complete." },
        new("applicationCommands", SettingType.Structure)
        {
            MaxItems = CommandRegistration.Most,
            ItemFields =
            [
                new("name", SettingType.Text) { Label = "Name", Example = "ask", Help = "Lower-case letters, digits, - and _, without the slash." },
                new("description", SettingType.Text) { Label = "Description", Example = "Ask a question", Help = "What people read beside it." },
            ],
            Label = "Slash commands", Example = """[{"name":"ask","description":"Ask a question","options":[{"type":3,"name":"question","description":"Your question","required":true}]}]""",
            Help = "They replace all commands of the application. The agent gets a command as text: /ask and the values. Options are given as JSON, in Discord's own form. Empty: what is registered stays.",
        },
        new("catchUp", SettingType.WholeNumber)
        {
            Default = "100", Min = 0, Max = DiscordSettings.MostCatchUp, Advanced = true, Label = "Catch up",
            Help = "How many messages per conversation are fetched when Discord could not go on with the session after an interruption. 0: none.",
        },
        new("apiBaseUrl", SettingType.Text)
        {
            Default = $"\"{DiscordSettings.PublicApi}\"", MaxLength = 500, Advanced = true, Label = "Address of the API", Example = DiscordSettings.PublicApi,
            Help = "Discord's own, or a server's that speaks the same. A private address must be allowed by the owner of the installation.",
        },
    ];

    public IReadOnlyList<string> Secrets { get; } = [DiscordSettings.BotToken];

    public IReadOnlyList<string> MadeSecrets { get; } = [];

    public string MakeSecret(string name) => throw new NotSupportedException("A bot token is made by Discord.");

    public IEnumerable<(string Field, string Message)> Validate(JsonElement settings)
    {
        if (settings.Get("apiBaseUrl") is { ValueKind: not JsonValueKind.Undefined } && DiscordSettings.UrlOf(settings) is null)
            yield return ("settings.apiBaseUrl", $"Must be an absolute http or https address without user, query and fragment, as in {DiscordSettings.PublicApi}.");
        if (settings.Get("applicationCommands") is { ValueKind: not JsonValueKind.Undefined } commands)
            foreach (var fault in CommandRegistration.Check(commands)) yield return fault;
    }

    public string? CheckSecret(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (name != DiscordSettings.BotToken) return null;
        if (value.StartsWith("Bot ", StringComparison.Ordinal)) return "Paste the token alone, without “Bot ” in front.";
        return value.Split('.') is { Length: 3 } parts && parts.All(p => p.Length > 0 && p.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '=')) && DiscordSettings.BotOf(value) != 0
            ? null
            : "Must be a bot token: three parts with dots between, as the developer portal shows it after Reset Token. The application's id, public key and client secret are not it.";
    }

    /// <summary>The bot's id stands in its token; an emulator's bots are others than Discord's.</summary>
    public string? AccountOf(JsonElement settings, IReadOnlyDictionary<string, string> secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        if (DiscordSettings.BotOf(secrets.GetValueOrDefault(DiscordSettings.BotToken)) is var bot && bot == 0) return null;
        var url = DiscordSettings.Of(settings).ApiBaseUrl;
        var id = Snowflake.Text(bot);
        return url.Host is "discord.com" or "discordapp.com" ? id : $"{id}@{url.Authority}";
    }

    public ValueTask<IReadOnlyList<PreflightCheck>> TestAsync(ChannelModel channel, CancellationToken cancellationToken) => preflight.RunAsync(channel, cancellationToken);
}
