using System.Globalization;
using System.Text;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Telegram.Protocol;

namespace OpenClaw.Gateway.Core.Channels.Telegram;

/// <summary>From Telegram's messages to the gateway's.</summary>
internal static class TelegramMapper
{
    private const int LongestName = 200;

    /// <summary>A message without its files; null when it says nothing to this bot: a note of the platform, a channel's post, another bot's command.</summary>
    public static PlatformMessage? Of(long update, TelegramMessage message, TelegramBot bot)
    {
        if (message.Chat.Type == "channel" || (message.Text.Length == 0 && message.Files.Count == 0 && message.Described is null)) return null;
        var command = CommandOf(message);
        if (command is { Bot: { } other } && !IsMe(other, bot.Me)) return null;
        var text = TextOf(message, command);
        return new()
        {
            Address = AddressOf(message),
            ExternalId = string.Create(CultureInfo.InvariantCulture, $"{update}.{message.Id}"),
            Text = Utf8Text.From(message.Described is { } words ? $"{text}\n{words}".TrimStart('\n') : text),
            Extras = SenderOf(message, bot.Me) is { } sender ? new(Sender: sender) : null,
            IsGroup = !message.Chat.IsPrivate,
            IsAddressed = IsAddressed(message, bot),
            IsCommand = command is not null,
        };
    }

    /// <summary>A pressed button; null when it stands under no message of a chat.</summary>
    public static PlatformMessage? Of(long update, TelegramCallback callback, string value)
    {
        if (callback.Message is not { } message || message.Chat.Type == "channel") return null;
        return new()
        {
            Address = new(Id(message.Chat.Id), message.TopicId is { } topic ? Id(topic) : null, Id(callback.From.Id), Name(callback.From.Name), callback.From.Language),
            ExternalId = string.Create(CultureInfo.InvariantCulture, $"{update}.{message.Id}.button"),
            Extras = new(Button: value),
            IsGroup = !message.Chat.IsPrivate,
            IsAddressed = true,
        };
    }

    /// <summary>The message of the platform that an external id names; null where it is none that can be answered: a pressed button.</summary>
    public static long? MessageIdOf(string? externalId)
    {
        var parts = externalId?.Split('.') ?? [];
        return parts.Length == 2 && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
    }

    public static string Id(long id) => id.ToString(CultureInfo.InvariantCulture);

    private static SessionAddress AddressOf(TelegramMessage message)
    {
        // in the name of a chat: an anonymous administrator, a linked channel; the user that Telegram names then is a stand-in
        var (id, name) = message switch
        {
            { SenderChat: { } chat } => (chat.Id, chat.Title),
            { From: { } user } => (user.Id, user.Name),
            _ => (message.Chat.Id, message.Chat.Title),
        };
        return new(Id(message.Chat.Id), message.TopicId is { } topic ? Id(topic) : null, Id(id), Name(name), message.SenderChat is null ? message.From?.Language : null);
    }

    private static MessageSender? SenderOf(TelegramMessage message, TelegramUser me) =>
        message is { SenderChat: null, From: { IsBot: true } from } ? new(IsBot: true, IsOwn: from.Id == me.Id) : null;

    private static bool IsAddressed(TelegramMessage message, TelegramBot bot)
    {
        var me = bot.Me;
        // the messages of a topic that the bot made all answer the message that made it
        var isAddressed = message.Chat.IsPrivate || (message.ReplyTo is { } reply && reply.FromId == me.Id && reply.MessageId != message.TopicId)
            || message.Entities.Any(e => (e.Type == "text_mention" && e.UserId == me.Id) || (e.Type == "mention" && IsMe(message.Text.AsSpan(e.Offset + 1, e.Length - 1).ToString(), me)));
        if (message.Album is not { } album) return isAddressed;
        if (isAddressed) bot.Albums.Add(album);
        return bot.Albums.Contains(album);
    }

    /// <summary>The command that a message begins with, and the bot that it names.</summary>
    private static (TelegramEntity Entity, string? Bot)? CommandOf(TelegramMessage message)
    {
        if (message.Entities.FirstOrDefault(e => e is { Type: "bot_command", Offset: 0 }) is not { } entity) return null;
        var command = message.Text[..entity.Length];
        var at = command.IndexOf('@', StringComparison.Ordinal);
        return (entity, at < 0 ? null : command[(at + 1)..]);
    }

    /// <summary>The text; <c>/cmd@bot</c> is <c>/cmd</c>, and behind a link stands where it leads.</summary>
    private static string TextOf(TelegramMessage message, (TelegramEntity Entity, string? Bot)? command)
    {
        var text = message.Text;
        foreach (var link in message.Entities.Where(e => e is { Type: "text_link", Url.Length: > 0 }).OrderByDescending(e => e.End))
            if (!string.Equals(text.Substring(link.Offset, link.Length), link.Url, StringComparison.Ordinal)) text = text.Insert(link.End, $" ({link.Url})");
        if (command is not { Bot: { } bot, Entity: var entity }) return text;
        return new StringBuilder(text).Remove(entity.Length - bot.Length - 1, bot.Length + 1).ToString();
    }

    private static bool IsMe(string name, TelegramUser me) => me.Username is { } own && name.Equals(own, StringComparison.OrdinalIgnoreCase);

    private static string? Name(string? name) => name is { Length: > LongestName } ? name[..LongestName] : name;
}
