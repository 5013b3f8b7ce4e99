using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Discord.Model;
using OpenClaw.FakePlatforms.Discord.Shapes;

namespace OpenClaw.FakePlatforms.Discord.Gateway;

/// <summary>What happens in the world, told to the sessions that asked for it. Called under the lock of the world.</summary>
internal sealed partial class DiscordGateway
{
    public void GuildCreated(DiscordGuild guild, DiscordBot bot)
    {
        foreach (var session in Of(bot, guild, Intents.Guilds)) session.Dispatch("GUILD_CREATE", ChannelShapes.FullGuild(guild, bot));
    }

    public void GuildDeleted(DiscordGuild guild, DiscordBot bot, bool unavailable)
    {
        JsonObject data = new() { ["id"] = guild.Id };
        if (unavailable) data["unavailable"] = true;
        foreach (var session in Of(bot, guild, Intents.Guilds)) session.Dispatch("GUILD_DELETE", WireJson.Write(data));
    }

    /// <param name="channel">Which channel or thread.</param>
    /// <param name="what">CREATE, UPDATE or DELETE.</param>
    public void ChannelChanged(DiscordChannel channel, string what)
    {
        foreach (var session in Watching(channel, Intents.Guilds, Intents.None))
        {
            var shape = ChannelShapes.Channel(channel);
            if (channel.IsThread && what == "DELETE") shape = new() { ["id"] = channel.Id, ["guild_id"] = channel.Guild!.Id, ["parent_id"] = channel.Parent?.Id, ["type"] = (int)channel.Kind };
            if (channel.IsThread && what == "CREATE") shape["newly_created"] = true;
            session.Dispatch($"{(channel.IsThread ? "THREAD" : "CHANNEL")}_{what}", WireJson.Write(shape));
        }
    }

    public void MessageCreated(DiscordMessage message) => Tell(message, "MESSAGE_CREATE");

    public void MessageUpdated(DiscordMessage message) => Tell(message, "MESSAGE_UPDATE");

    public void MessageDeleted(DiscordMessage message)
    {
        JsonObject data = new() { ["id"] = message.Id, ["channel_id"] = message.Channel.Id };
        if (message.Channel.Guild is { } guild) data["guild_id"] = guild.Id;
        foreach (var session in Watching(message.Channel, Intents.GuildMessages, Intents.DirectMessages)) session.Dispatch("MESSAGE_DELETE", WireJson.Write(data));
    }

    public void ReactionAdded(DiscordUser user, DiscordMessage message, string emoji)
    {
        JsonObject data = new()
        {
            ["user_id"] = user.Id,
            ["channel_id"] = message.Channel.Id,
            ["message_id"] = message.Id,
            ["message_author_id"] = message.Author.Id,
            ["emoji"] = new JsonObject { ["id"] = null, ["name"] = emoji },
            ["burst"] = false,
            ["type"] = 0,
        };
        if (message.Channel.Guild is { } guild) data["guild_id"] = guild.Id;
        foreach (var session in Watching(message.Channel, Intents.GuildMessageReactions, Intents.DirectMessageReactions)) session.Dispatch("MESSAGE_REACTION_ADD", WireJson.Write(data));
    }

    public void Typing(DiscordUser user, DiscordChannel channel)
    {
        JsonObject data = new() { ["channel_id"] = channel.Id, ["user_id"] = user.Id, ["timestamp"] = Time.GetUtcNow().ToUnixTimeSeconds() };
        if (channel.Guild is { } guild) (data["guild_id"], data["member"]) = (guild.Id, UserShapes.Member(guild, user, withUser: true));
        foreach (var session in Watching(channel, Intents.GuildMessageTyping, Intents.DirectMessageTyping)) session.Dispatch("TYPING_START", WireJson.Write(data));
    }

    public void Interacted(DiscordInteraction interaction)
    {
        foreach (var session in Of(interaction.Bot, interaction.Channel.Guild, Intents.None)) session.Dispatch("INTERACTION_CREATE", WireJson.Write(shapes.Interaction(interaction)));
    }

    private void Tell(DiscordMessage message, string type)
    {
        foreach (var session in Watching(message.Channel, Intents.GuildMessages, Intents.DirectMessages))
        {
            var shape = shapes.Message(message, session.Bot, session.Intents.HasFlag(Intents.MessageContent));
            shape["channel_type"] = (int)message.Channel.Kind;
            if (message.Channel.Guild is { } guild)
            {
                shape["guild_id"] = guild.Id;
                if (!message.Author.IsWebhook) shape["member"] = UserShapes.Member(guild, message.Author, withUser: false);
            }

            session.Dispatch(type, WireJson.Write(shape));
        }
    }

    /// <summary>Sessions of the bots that see the channel and have asked for such events.</summary>
    private IEnumerable<GatewaySession> Watching(DiscordChannel channel, Intents inGuild, Intents direct) =>
        channel.Bots.Where(channel.IsSeenBy).SelectMany(bot => Of(bot, channel.Guild, channel.Guild is null ? direct : inGuild));

    private IEnumerable<GatewaySession> Of(DiscordBot bot, DiscordGuild? guild, Intents needed) =>
        _sessions.Values.Where(s => s.Bot == bot && s.Intents.HasFlag(needed) && s.Has(guild?.Number));
}
