using System.Security.Cryptography;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol;

namespace OpenClaw.Gateway.Core.Channels.Discord.Interactions;

/// <summary>Registers the commands of the channel's settings in place of all others, when they changed.</summary>
internal static class CommandRegistration
{
    public const int Most = 100;
    private const string Note = "commands";

    private static readonly (string Name, string Description)[] Own =
    [
        ("new", "Begin a new conversation"), ("stop", "Stop the answer that is being written"), ("help", "Show what you can do here"),
    ];

    /// <summary>The commands that are to be there; null = the channel does not say, and what is registered stays.</summary>
    public static JsonElement? Of(ChannelModel channel)
    {
        if (DiscordSettings.Of(channel.Settings).Commands is not { } commands) return null;
        var names = commands.EnumerateArray().Select(c => c.Text("name")).ToHashSet(StringComparer.Ordinal);
        IEnumerable<object> own = channel.UserCommands ? Own.Where(c => !names.Contains(c.Name)).Select(object (c) => new { name = c.Name, description = c.Description, type = 1 }) : [];
        return JsonSerializer.SerializeToElement(commands.EnumerateArray().Select(object (c) => c).Concat(own).Take(Most));
    }

    /// <summary>True when they were registered, false when nothing had changed.</summary>
    public static async ValueTask<bool> ApplyAsync(DiscordBot bot, ChannelModel channel, IChannelNotes notes, CancellationToken cancellationToken)
    {
        if (Of(channel) is not { } commands) return false;
        var hash = Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new { bot = bot.Fingerprint, bot.Application, commands })));
        if (await notes.GetAsync(Note, cancellationToken).ConfigureAwait(false) == hash) return false;
        await bot.Api.PutCommandsAsync(bot.Application, commands, cancellationToken).ConfigureAwait(false);
        await notes.SetAsync(Note, hash, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>What is wrong with the setting: where, and how it must be.</summary>
    public static IEnumerable<(string Field, string Message)> Check(JsonElement commands)
    {
        const string field = "settings.applicationCommands";
        if (commands.ValueKind != JsonValueKind.Array)
        {
            yield return (field, "Must be a list of commands in Discord's form: [{\"name\":\"ask\",\"description\":\"Ask a question\"}].");
            yield break;
        }

        if (commands.GetArrayLength() > Most) yield return (field, $"Discord takes at most {Most} commands.");
        HashSet<string> names = new(StringComparer.Ordinal);
        var index = 0;
        foreach (var command in commands.EnumerateArray())
        {
            var (at, name, type) = ($"{field}[{index++}]", command.Text("name"), command.Number("type", 1));
            if (command.ValueKind != JsonValueKind.Object || name is not { Length: >= 1 and <= 32 }) yield return (at + ".name", "A command needs a name of 1 to 32 characters.");
            else if (type == 1 && (name.Any(char.IsUpper) || !name.All(c => char.IsLetterOrDigit(c) || c is '-' or '_'))) yield return (at + ".name", "The name of a slash command has only lower-case letters, digits, - and _.");
            else if (!names.Add($"{type} {name}")) yield return (at + ".name", $"There are two commands “{name}”.");
            if (command.ValueKind == JsonValueKind.Object && type == 1 && command.Text("description") is not { Length: >= 1 and <= 100 }) yield return (at + ".description", "A slash command needs a description of 1 to 100 characters.");
        }
    }
}
