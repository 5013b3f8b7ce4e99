using System.Text.Json;

namespace OpenClaw.Gateway.Core.Channels.Telegram.Protocol;

/// <summary>From Telegram's JSON to <see cref="TelegramUpdate"/>. Never throws for what stands in it.</summary>
internal static class UpdateReader
{
    /// <summary>Of longer lists of entities the rest is left out: only mentions, commands and links count.</summary>
    private const int MostEntities = 1_000;

    private const int MostFiles = 10;

    private static readonly string[] SingleFiles = ["document", "voice", "audio", "video", "animation", "video_note", "sticker"];

    /// <summary>The <c>result</c> of <c>getUpdates</c>.</summary>
    public static TelegramPoll? ReadPoll(JsonElement result)
    {
        if (result.ValueKind != JsonValueKind.Array) return null;
        var updates = new List<TelegramUpdate>(result.GetArrayLength());
        long? highest = null;
        var malformed = 0;
        foreach (var item in result.EnumerateArray())
        {
            var (id, update) = Read(item);
            if (id is not null && !(id <= highest)) highest = id;
            if (update is null) malformed++;
            else updates.Add(update);
        }

        return new(updates, highest, malformed);
    }

    /// <summary>One update; null when it is not what its description says. The id is there whenever it can be read.</summary>
    public static (long? Id, TelegramUpdate? Update) Read(JsonElement item)
    {
        long? id = null;
        try
        {
            id = item.Number("update_id");
            return (id, id is null ? null : ReadContent(id.Value, item));
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or ArgumentException or OverflowException)
        {
            // names with broken escapes and the like: the reader of the base class library refuses them
            return (id, null);
        }
    }

    public static TelegramUser? ReadUser(JsonElement? at)
    {
        if (at is not { } user || user.Number("id") is not { } id) return null;
        var name = string.Join(' ', new[] { user.Text("first_name"), user.Text("last_name") }.Where(part => !string.IsNullOrWhiteSpace(part)));
        var username = user.Text("username");
        return new(id, user.Flag("is_bot"), name.Length > 0 ? name : username, username, user.Text("language_code"));
    }

    public static TelegramMessage? ReadMessage(JsonElement message)
    {
        if (message.Number("message_id") is not { } id || ReadChat(message.Member("chat")) is not { } chat) return null;
        var text = message.Text("text") ?? message.Text("caption") ?? "";
        return new()
        {
            Id = id,
            Chat = chat,
            From = ReadUser(message.Member("from")),
            SenderChat = ReadChat(message.Member("sender_chat")),
            TopicId = message.Flag("is_topic_message") ? message.Number("message_thread_id") : null,
            Text = text,
            Entities = [.. message.List(message.Has("text") ? "entities" : "caption_entities").Take(MostEntities).Select(e => ReadEntity(e, text.Length)).OfType<TelegramEntity>()],
            Files = [.. ReadFiles(message).Take(MostFiles)],
            Described = MessageWords.Of(message),
            ReplyTo = message.Member("reply_to_message") is { } reply && reply.Number("message_id") is { } answered ? new(answered, reply.Member("from")?.Number("id")) : null,
            Album = message.Text("media_group_id"),
            MigrateTo = message.Number("migrate_to_chat_id"),
            MigrateFrom = message.Number("migrate_from_chat_id"),
        };
    }

    private static TelegramUpdate? ReadContent(long id, JsonElement item)
    {
        if (item.Has("message")) return item.Member("message") is { } message && ReadMessage(message) is { } read ? new(id) { Message = read } : null;
        if (item.Has("callback_query")) return item.Member("callback_query") is { } callback && ReadCallback(callback) is { } pressed ? new(id) { Callback = pressed } : null;
        if (item.Has("my_chat_member")) return item.Member("my_chat_member") is { } change && ReadMembership(change) is { } standing ? new(id) { Membership = standing } : null;
        return new(id);
    }

    private static TelegramCallback? ReadCallback(JsonElement callback) =>
        callback.Text("id") is { Length: > 0 } id && ReadUser(callback.Member("from")) is { } from
            ? new(id, from, callback.Member("message") is { } message ? ReadMessage(message) : null, callback.Text("data"))
            : null;

    private static TelegramMembership? ReadMembership(JsonElement change) =>
        ReadChat(change.Member("chat")) is { } chat && change.Member("new_chat_member")?.Text("status") is { } status ? new(chat, status) : null;

    private static TelegramChat? ReadChat(JsonElement? at) =>
        at is { } chat && chat.Number("id") is { } id ? new(id, chat.Text("type") ?? (id > 0 ? "private" : "group"), chat.Text("title"), chat.Flag("is_forum")) : null;

    private static TelegramEntity? ReadEntity(JsonElement entity, int length)
    {
        if (entity.Text("type") is not { Length: > 0 } type || entity.Number("offset") is not (>= 0 and < int.MaxValue) || entity.Number("length") is not (> 0 and < int.MaxValue)) return null;
        var (offset, size) = (entity.Number("offset")!.Value, entity.Number("length")!.Value);
        return offset + size > length ? null : new(type, (int)offset, (int)size) { Url = entity.Text("url"), UserId = entity.Member("user")?.Number("id") };
    }

    private static IEnumerable<TelegramFile> ReadFiles(JsonElement message)
    {
        if (ReadPhoto(message) is { } photo) yield return photo;
        foreach (var kind in SingleFiles)
        {
            if (kind == "document" && message.Has("animation")) continue; // the same file, kept there for old programs
            if (message.Member(kind) is { } file && file.Text("file_id") is { Length: > 0 } id)
                yield return new(kind, id, file.Text("file_name"), file.Text("mime_type") ?? TypeOf(kind, file), file.Number("file_size"));
        }
    }

    /// <summary>The largest of the sizes that a photo comes in.</summary>
    private static TelegramFile? ReadPhoto(JsonElement message) => message.List("photo")
        .Where(size => size.Text("file_id") is { Length: > 0 })
        .OrderByDescending(size => (size.Number("width") ?? 0) * (double)(size.Number("height") ?? 0)).ThenByDescending(size => size.Number("file_size") ?? 0)
        .Select(size => new TelegramFile("photo", size.Text("file_id")!, null, "image/jpeg", size.Number("file_size"))).FirstOrDefault();

    private static string? TypeOf(string kind, JsonElement file) => kind switch
    {
        "voice" => "audio/ogg",
        "video_note" or "video" or "animation" => "video/mp4",
        "sticker" => file.Flag("is_animated") ? "application/gzip" : file.Flag("is_video") ? "video/webm" : "image/webp",
        _ => null,
    };
}
