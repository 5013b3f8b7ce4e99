using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Discord.Model;

namespace OpenClaw.FakePlatforms.Discord.Shapes;

/// <summary>Messages and interactions as the platform writes them, for one bot.</summary>
internal sealed class MessageShapes(FileLinks links)
{
    /// <summary>
    /// The message as a bot may see it: without the right to message content, its text, files, embeds and components are
    /// empty unless the bot wrote it, was mentioned in it, or got it directly.
    /// </summary>
    /// <param name="message">Which.</param>
    /// <param name="viewer">Whose eyes.</param>
    /// <param name="content">True: this connection, or this application, has the right to message content.</param>
    /// <param name="withReply">False: the message it replies to is left out.</param>
    public JsonObject Message(DiscordMessage message, DiscordBot viewer, bool content, bool withReply = true)
    {
        var visible = content || message.Channel.Direct is not null || message.Author == viewer.User || message.Mentions.Contains(viewer.User);
        JsonObject shape = new()
        {
            ["id"] = message.Id,
            ["type"] = message.Type,
            ["channel_id"] = message.Channel.Id,
            ["author"] = UserShapes.User(message.Author),
            ["content"] = visible ? message.Content : "",
            ["timestamp"] = UserShapes.Time(message.SentAt),
            ["edited_timestamp"] = message.EditedAt is { } edited ? UserShapes.Time(edited) : null,
            ["tts"] = false,
            ["pinned"] = false,
            ["mention_everyone"] = message.MentionsEveryone,
            ["mentions"] = new JsonArray([.. message.Mentions.Select(UserShapes.User)]),
            ["mention_roles"] = new JsonArray(),
            ["attachments"] = visible ? new JsonArray([.. message.Attachments.Select(Attachment)]) : new JsonArray(),
            ["embeds"] = visible && (message.Flags & DiscordMessage.SuppressEmbeds) == 0 ? message.Embeds.DeepClone() : new JsonArray(),
            ["components"] = visible ? message.Components.DeepClone() : new JsonArray(),
            ["flags"] = message.Flags,
        };
        if (message.Nonce is { } nonce) shape["nonce"] = nonce.DeepClone();
        if (message.Author.IsWebhook) shape["webhook_id"] = message.Author.Id;
        if (message.Thread is { } thread) shape["thread"] = ChannelShapes.Channel(thread);
        if (message.Stickers.Count > 0)
            shape["sticker_items"] = new JsonArray([.. message.Stickers.Select(s => new JsonObject { ["id"] = s, ["name"] = "sticker", ["format_type"] = 1 })]);
        if (message.Interaction is { } interaction) AddInteraction(shape, message, interaction);
        if (message.ReplyTo is { } reply) AddReply(shape, message, reply, viewer, content, withReply);
        return shape;
    }

    public JsonObject Interaction(DiscordInteraction interaction)
    {
        var channel = interaction.Channel;
        JsonObject shape = new()
        {
            ["id"] = interaction.Id,
            ["application_id"] = interaction.Bot.Id,
            ["type"] = interaction.Type,
            ["token"] = interaction.Token,
            ["version"] = 1,
            ["channel_id"] = channel.Id,
            ["channel"] = ChannelShapes.Channel(channel),
            ["data"] = interaction.Data.DeepClone(),
            ["locale"] = "en-US",
            ["app_permissions"] = UserShapes.Number(channel.Of(interaction.Bot)),
            ["entitlements"] = new JsonArray(),
            ["entitlement_sku_ids"] = new JsonArray(),
            ["authorizing_integration_owners"] = new JsonObject { ["0"] = channel.Guild?.Id ?? "0" },
            ["context"] = channel.Guild is null ? 1 : 0,
            ["attachment_size_limit"] = 10485760,
        };
        if (channel.Guild is { } guild)
        {
            var member = UserShapes.Member(guild, interaction.User, withUser: true);
            member["permissions"] = UserShapes.Number(guild.Everyone);
            shape["guild_id"] = guild.Id;
            shape["guild"] = new JsonObject { ["id"] = guild.Id, ["locale"] = "en-US", ["features"] = new JsonArray() };
            shape["guild_locale"] = "en-US";
            shape["member"] = member;
        }
        else
        {
            shape["user"] = UserShapes.User(interaction.User);
        }

        if (interaction.Source is { } source) shape["message"] = Message(source, interaction.Bot, content: true);
        return shape;
    }

    private static void AddInteraction(JsonObject shape, DiscordMessage message, DiscordInteraction interaction)
    {
        shape["application_id"] = interaction.Bot.Id;
        shape["webhook_id"] = interaction.Bot.Id;
        JsonObject metadata = new()
        {
            ["id"] = interaction.Id,
            ["type"] = interaction.Type,
            ["user"] = UserShapes.User(interaction.User),
            ["authorizing_integration_owners"] = new JsonObject { ["0"] = message.Channel.Guild?.Id ?? "0" },
        };
        if (interaction.Type == 3) metadata["interacted_message_id"] = interaction.Source?.Id;
        if (interaction.Original is { } original && original != message) metadata["original_response_message_id"] = original.Id;
        shape["interaction_metadata"] = metadata;
    }

    private void AddReply(JsonObject shape, DiscordMessage message, DiscordMessage reply, DiscordBot viewer, bool content, bool withReply)
    {
        JsonObject reference = new() { ["type"] = 0, ["channel_id"] = message.Channel.Id, ["message_id"] = reply.Id };
        if (message.Channel.Guild is { } guild) reference["guild_id"] = guild.Id;
        shape["message_reference"] = reference;
        if (withReply) shape["referenced_message"] = reply.IsDeleted ? null : Message(reply, viewer, content, withReply: false);
    }

    private JsonObject Attachment(DiscordAttachment attachment)
    {
        JsonObject shape = new()
        {
            ["id"] = attachment.Id,
            ["filename"] = attachment.File.Name,
            ["size"] = attachment.File.Bytes.Length,
            ["url"] = links.Of(attachment),
            ["proxy_url"] = links.Of(attachment),
            ["content_type"] = attachment.File.ContentType,
        };
        if (attachment.File.Description is { } description) shape["description"] = description;
        return shape;
    }
}
