using System.Globalization;
using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Telegram.World;

namespace OpenClaw.FakePlatforms.Telegram.Api;

/// <summary>Where a bot may write, and what Telegram says when it may not.</summary>
internal static class Targets
{
    /// <summary>The chat that a call names, in which the bot may write.</summary>
    public static FakeChat ChatToWrite(FakeWorld world, ApiCall call)
    {
        var chat = Chat(world, call);
        var membership = chat.Bots.GetValueOrDefault(call.Bot.Id);
        if (membership is Membership.Restricted) throw Refusal.Bad("not enough rights to send text messages to the chat");
        return chat;
    }

    /// <summary>The chat that a call names, in which the bot is.</summary>
    public static FakeChat Chat(FakeWorld world, ApiCall call)
    {
        var name = call["chat_id"] ?? throw Refusal.Broken("chat_id is empty");
        var chat = FakeWorld.ChatOf(call.Bot, name) ?? throw Unknown(world, call.Bot, name);
        if (chat.MigratedTo is { } newer) throw Refusal.Migrated(newer.Id);
        return (chat.Bots.GetValueOrDefault(call.Bot.Id), chat.IsPrivate) switch
        {
            (Membership.None, true) => throw Refusal.Forbidden("bot can't initiate conversation with a user"),
            (Membership.Kicked, true) => throw Refusal.Forbidden("bot was blocked by the user"),
            (Membership.Kicked, false) => throw Refusal.Forbidden($"bot was kicked from the {chat.Type} chat"),
            (Membership.None or Membership.Left, false) => throw Refusal.Forbidden($"bot is not a member of the {chat.Type} chat"),
            _ => chat,
        };
    }

    /// <summary>The topic to write into. General is none: sending to thread 1 fails.</summary>
    public static FakeTopic? Topic(FakeChat chat, ApiCall call)
    {
        if (call.Fields.Number("message_thread_id") is not { } id || id == 0) return null;
        var topic = chat.Topics.Find(t => t.Id == id) ?? throw Refusal.Bad("message thread not found");
        return topic.IsClosed && chat.Bots[call.Bot.Id] is not Membership.Administrator ? throw Refusal.Bad("TOPIC_CLOSED") : topic;
    }

    /// <summary>The message that reply_parameters name.</summary>
    public static FakeMessage? ReplyTo(FakeChat chat, ApiCall call)
    {
        if (call.Fields.Json("reply_parameters") is not JsonObject reply) return null;
        if ((long?)reply["message_id"] is not { } id) throw Refusal.Broken("field \"message_id\" of reply_parameters must be specified");
        if (chat.Find(id) is { Service: null } message)
        {
            var isQuote = reply["quote"] is null || (message.Words ?? "").Contains((string)reply["quote"]!, StringComparison.Ordinal);
            return isQuote ? message : throw Refusal.Bad("QUOTE_TEXT_INVALID");
        }

        return (bool?)reply["allow_sending_without_reply"] is true ? null : throw Refusal.Bad("message to be replied not found");
    }

    private static Refusal Unknown(FakeWorld world, FakeBot bot, string name) =>
        long.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id) && world.Groups.Any(g => g.Bots.ContainsKey(bot.Id) && g.People.ContainsKey(id))
            ? Refusal.Forbidden("bot can't initiate conversation with a user")
            : Refusal.Bad("chat not found");
}
