using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace OpenClaw.FakePlatforms.Telegram.World;

/// <summary>A button under a message.</summary>
/// <param name="Text">Its label.</param>
/// <param name="Data">callback_data.</param>
/// <param name="Url">For a link.</param>
internal sealed record FakeButton(string Text, string? Data, string? Url);

/// <summary>What hangs on a message.</summary>
/// <param name="Kind">The message's field: photo, document, voice, audio, video.</param>
/// <param name="Json">The field's value.</param>
/// <param name="File">The largest of its files.</param>
internal sealed record FakeMedia(string Kind, JsonNode Json, FakeFile File);

/// <summary>A message as it is now. Changed only under the world's lock; reading is safe at any time.</summary>
internal sealed class FakeMessage(int id, FakeChat chat, FakeUser from, long date)
{
    public int Id => id;

    public FakeChat Chat => chat;

    public FakeUser From => from;

    /// <summary>Unix seconds.</summary>
    public long Date => date;

    /// <summary>The bot that sent it; null: a person did.</summary>
    public FakeBot? Bot { get; init; }

    public string? Text { get; set; }

    public JsonArray? Entities { get; set; }

    public string? Caption { get; set; }

    public JsonArray? CaptionEntities { get; set; }

    public FakeMedia? Media { get; set; }

    public FakeMessage? ReplyTo { get; set; }

    /// <summary>message_thread_id: of its topic, or, in a supergroup without topics, of the thread of replies it stands in.</summary>
    public int? ThreadId { get; init; }

    public bool IsTopicMessage { get; init; }

    public string? MediaGroupId { get; init; }

    public JsonObject? ReplyMarkup { get; set; }

    /// <summary>Fields of a service message, such as migrate_to_chat_id.</summary>
    public JsonObject? Service { get; init; }

    public long? EditDate { get; set; }

    public bool IsDeleted { get; set; }

    /// <summary>Its texts or captions so far, the present one last.</summary>
    public ImmutableList<string> Versions { get; set; } = [];

    /// <summary>The inline keyboards it had, the present one last: people press old buttons too.</summary>
    public ImmutableList<JsonObject> Keyboards { get; set; } = [];

    /// <summary>Text or caption.</summary>
    public string? Words => Text ?? Caption;

    public IReadOnlyList<FakeButton> Buttons => ReplyMarkup is { } markup ? ButtonsOf(markup) : [];

    public static IReadOnlyList<FakeButton> ButtonsOf(JsonObject markup) =>
        [.. (markup["inline_keyboard"] as JsonArray ?? []).OfType<JsonArray>().SelectMany(row => row.OfType<JsonObject>())
            .Select(b => new FakeButton((string?)b["text"] ?? "", (string?)b["callback_data"], (string?)b["url"]))];

    /// <summary>The Message object. The message it replies to comes along without its own.</summary>
    public JsonObject Json(bool withReply = true)
    {
        JsonObject json = new() { ["message_id"] = Id };
        if (ThreadId is { } thread) json["message_thread_id"] = thread;
        json["from"] = From.Json();
        json["chat"] = Chat.Json();
        json["date"] = Date;
        if (EditDate is { } edited) json["edit_date"] = edited;
        if (IsTopicMessage) json["is_topic_message"] = true;
        if (withReply && ReplyTo is { } reply) json["reply_to_message"] = reply.Json(withReply: false);
        if (MediaGroupId is not null) json["media_group_id"] = MediaGroupId;
        AddContent(json);
        if (ReplyMarkup is not null && ReplyMarkup.ContainsKey("inline_keyboard")) json["reply_markup"] = ReplyMarkup.DeepClone();
        foreach (var (name, value) in Service ?? []) json[name] = value?.DeepClone();
        return json;
    }

    public override string ToString() => $"#{Id} in {Chat.Id} from {From.FirstName}: {Words ?? Media?.Kind ?? Service?.ToJsonString()}";

    private void AddContent(JsonObject json)
    {
        if (Text is not null) json["text"] = Text;
        if (Entities is { Count: > 0 }) json["entities"] = Entities.DeepClone();
        if (Media is not null) json[Media.Kind] = Media.Json.DeepClone();
        if (Caption is not null) json["caption"] = Caption;
        if (CaptionEntities is { Count: > 0 }) json["caption_entities"] = CaptionEntities.DeepClone();
    }
}
