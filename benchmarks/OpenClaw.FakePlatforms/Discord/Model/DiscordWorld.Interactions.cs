using System.Text.Json.Nodes;

namespace OpenClaw.FakePlatforms.Discord.Model;

internal sealed partial class DiscordWorld
{
    /// <summary>Longer than their tokens live, so that a late word is told why it fails.</summary>
    private static readonly TimeSpan Remembered = DiscordInteraction.TokenLife * 2;

    public DiscordInteraction Press(DiscordUser user, DiscordMessage message, string button)
    {
        lock (Gate)
        {
            var pressed = message.Controls.FirstOrDefault(c => (int?)c["type"] == 2 && ((string?)c["label"] == button || (string?)c["custom_id"] == button))
                ?? throw new InvalidOperationException($"The message has no button “{button}”.");
            if ((bool?)pressed["disabled"] == true) throw new InvalidOperationException($"The button “{button}” is disabled.");
            var id = (string?)pressed["custom_id"] ?? throw new InvalidOperationException($"The button “{button}” is a link.");
            return Interact(user, message.Channel, BotBehind(message), 3, new() { ["component_type"] = 2, ["custom_id"] = id }, message);
        }
    }

    /// <summary>A button that the message may not have any more.</summary>
    public DiscordInteraction PressOld(DiscordUser user, DiscordMessage message, string customId) =>
        Interact(user, message.Channel, BotBehind(message), 3, new() { ["component_type"] = 2, ["custom_id"] = customId }, message);

    public DiscordInteraction Select(DiscordUser user, DiscordMessage message, IReadOnlyList<string> values)
    {
        lock (Gate)
        {
            var select = message.Controls.First(c => (int?)c["type"] == 3);
            var known = select["options"]!.AsArray().Select(o => (string?)o!["value"]).ToList();
            if (values.FirstOrDefault(v => !known.Contains(v)) is { } unknown) throw new InvalidOperationException($"The select has no value “{unknown}”.");
            JsonObject data = new()
            {
                ["component_type"] = 3,
                ["custom_id"] = (string?)select["custom_id"],
                ["values"] = new JsonArray([.. values.Select(v => (JsonNode)v)]),
            };
            return Interact(user, message.Channel, BotBehind(message), 3, data, message);
        }
    }

    public DiscordInteraction RunCommand(DiscordUser user, DiscordChannel channel, string name, IReadOnlyList<(string Name, JsonNode Value)> options)
    {
        lock (Gate)
        {
            foreach (var bot in channel.Bots)
            {
                var registered = channel.Guild is { } guild && bot.GuildCommands.TryGetValue(guild.Id, out var here) ? here.Concat(bot.Commands) : bot.Commands;
                if (registered.FirstOrDefault(c => (string?)c!["name"] == name) is not JsonObject command) continue;
                JsonObject data = new() { ["id"] = (string?)command["id"], ["name"] = name, ["type"] = 1 };
                if (command["guild_id"] is { } guildId) data["guild_id"] = guildId.DeepClone();
                if (options.Count > 0) data["options"] = new JsonArray([.. options.Select(o => Option(command, o.Name, o.Value))]);
                return Interact(user, channel, bot, 2, data, source: null);
            }

            throw new InvalidOperationException($"No bot of {channel.Name} has registered the command “/{name}”.");
        }
    }

    private static JsonObject Option(JsonObject command, string name, JsonNode value)
    {
        var option = (command["options"] as JsonArray)?.FirstOrDefault(o => (string?)o!["name"] == name)
            ?? throw new InvalidOperationException($"The command has no option “{name}”.");
        return new() { ["name"] = name, ["type"] = (int?)option["type"], ["value"] = value.DeepClone() };
    }

    private DiscordBot BotBehind(DiscordMessage message) =>
        _bots.Find(b => b.User == message.Author) ?? throw new InvalidOperationException("The message is not a bot's.");

    private DiscordInteraction Interact(DiscordUser user, DiscordChannel channel, DiscordBot bot, int type, JsonObject data, DiscordMessage? source)
    {
        lock (Gate)
        {
            DiscordInteraction interaction = new(Ids.Next(), "aW50ZXJhY3Rpb246" + Secret(60), bot, user, channel, Time.GetUtcNow())
            {
                Type = type, Data = data, Source = source,
            };
            foreach (var old in _interactions.Values.Where(i => interaction.CreatedAt - i.CreatedAt > Remembered).ToList()) _interactions.Remove(old.Token);
            _interactions.Add(interaction.Token, interaction);
            channel.Guild?.Take(user);
            Gateway?.Interacted(interaction);
            Changes.Raise();
            return interaction;
        }
    }
}
