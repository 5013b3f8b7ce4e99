using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Telegram.Protocol;

namespace OpenClaw.Gateway.Core.Channels.Telegram;

/// <summary>A Telegram channel's own settings, read once per state of the configuration. <c>Commands</c> is null where none are set: the bot's menu is left alone.</summary>
internal sealed partial record TelegramSettings(bool IsWebhook, bool Streams, IReadOnlyList<BotCommand>? Commands)
{
    /// <summary>The menu has room for so many.</summary>
    public const int MostCommands = 100;

    private const int LongestDescription = 256;
    private static readonly ConditionalWeakTable<ChannelModel, TelegramSettings> Known = [];

    public static TelegramSettings Of(ChannelModel channel) => Known.GetValue(channel, static c => Read(c.Settings));

    /// <summary>What is wrong with the list of commands: field and message.</summary>
    public static IEnumerable<(string Field, string Message)> CheckCommands(JsonElement settings)
    {
        if (Field(settings, "commands") is not { } list) yield break;
        if (list.ValueKind != JsonValueKind.Array)
        {
            yield return ("settings.commands", "Must be a list of objects with command and description, or absent.");
            yield break;
        }

        if (list.GetArrayLength() > MostCommands) yield return ("settings.commands", $"Telegram's menu has room for {MostCommands} commands.");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, item) in list.EnumerateArray().Index())
        {
            var (command, description) = (item.Text("command"), item.Text("description"));
            if (command is null || !CommandName().IsMatch(command))
                yield return ($"settings.commands[{index}].command", "Must be 1 to 32 lower-case letters (a to z), digits and underscores, without a slash, as in help.");
            else if (!seen.Add(command)) yield return ($"settings.commands[{index}].command", $"'{command}' is there twice.");
            if (string.IsNullOrWhiteSpace(description) || description.Length > LongestDescription)
                yield return ($"settings.commands[{index}].description", $"Must say in 1 to {LongestDescription} characters what the command does.");
        }
    }

    private static TelegramSettings Read(JsonElement settings) => new(
        Field(settings, "mode") is { ValueKind: JsonValueKind.String } mode && mode.GetString() == "webhook",
        Field(settings, "streaming")?.ValueKind != JsonValueKind.False,
        Field(settings, "commands") is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Select(c => new BotCommand(c.Text("command") ?? "", c.Text("description") ?? "")).Where(c => c.Command.Length > 0)]
            : null);

    private static JsonElement? Field(JsonElement settings, string name) =>
        settings.ValueKind == JsonValueKind.Object && settings.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    [GeneratedRegex(@"\A[a-z0-9_]{1,32}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex CommandName();
}
