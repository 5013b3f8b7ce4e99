using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Telegram.Rules;
using OpenClaw.FakePlatforms.Telegram.World;

namespace OpenClaw.FakePlatforms.Telegram.Api;

/// <summary>Editing and deleting, and answers to pressed buttons.</summary>
internal sealed class EditMethods(FakeWorld world, TimeSpan callbackLifetime)
{
    private static readonly TimeSpan Deletable = TimeSpan.FromHours(48);

    public void AddTo(ApiMethods methods)
    {
        methods.Add("editMessageText", EditText);
        methods.Add("editMessageCaption", EditCaption);
        methods.Add("editMessageReplyMarkup", EditMarkup);
        methods.Add("deleteMessage", Delete);
        methods.Add("deleteMessages", DeleteAll);
        methods.Add("answerCallbackQuery", AnswerCallback);
    }

    private JsonNode EditText(ApiCall call)
    {
        lock (world.Lock)
        {
            var text = TextRules.Message(call.Fields);
            var message = Own(call);
            if (message.Text is null) throw Refusal.Bad("there is no text in the message to edit");
            var markup = KeyboardRules.ReadInline(call.Fields);
            Demand(message, text.Text, message.Text, text.Entities, message.Entities, markup);
            (message.Text, message.Entities, message.ReplyMarkup) = (text.Text, text.Entities, markup);
            world.Edited(message);
            return message.Json();
        }
    }

    private JsonNode EditCaption(ApiCall call)
    {
        lock (world.Lock)
        {
            var caption = TextRules.Caption(call.Fields);
            var message = Own(call);
            if (message.Media is null) throw Refusal.Bad("there is no caption in the message to edit");
            var markup = KeyboardRules.ReadInline(call.Fields);
            Demand(message, caption?.Text, message.Caption, caption?.Entities, message.CaptionEntities, markup);
            (message.Caption, message.CaptionEntities, message.ReplyMarkup) = (caption?.Text, caption?.Entities, markup);
            world.Edited(message);
            return message.Json();
        }
    }

    private JsonNode EditMarkup(ApiCall call)
    {
        lock (world.Lock)
        {
            var message = Own(call);
            var markup = KeyboardRules.ReadInline(call.Fields);
            Demand(message, message.Words, message.Words, null, null, markup);
            message.ReplyMarkup = markup;
            world.Edited(message);
            return message.Json();
        }
    }

    private JsonNode Delete(ApiCall call)
    {
        lock (world.Lock)
        {
            var chat = Targets.Chat(world, call);
            Delete(call.Bot, chat, chat.Find(call.Fields.Number("message_id") ?? 0) ?? throw Refusal.Bad("message to delete not found"));
            return true;
        }
    }

    private JsonNode DeleteAll(ApiCall call)
    {
        lock (world.Lock)
        {
            var chat = Targets.Chat(world, call);
            if (call.Fields.Json("message_ids") is not JsonArray ids || ids.Count is < 1 or > 100) throw Refusal.Broken("message_ids must have 1-100 items");
            foreach (var message in ids.Select(i => chat.Find((long)i!)).OfType<FakeMessage>()) Delete(call.Bot, chat, message);
            return true;
        }
    }

    private void Delete(FakeBot bot, FakeChat chat, FakeMessage message)
    {
        var mayDelete = chat.IsPrivate || message.Bot?.Id == bot.Id || chat.Bots[bot.Id] is Membership.Administrator;
        if (!mayDelete) throw Refusal.Bad("message can't be deleted");
        if (world.Now - message.Date > Deletable.TotalSeconds) throw Refusal.Bad("message can't be deleted for everyone");
        world.Delete(message);
    }

    private JsonNode AnswerCallback(ApiCall call)
    {
        var callback = world.CallbackOf(call["callback_query_id"] ?? throw Refusal.Broken("callback_query_id is empty"));
        if (call["text"] is { Length: > 200 }) throw Refusal.Broken("MESSAGE_TOO_LONG");
        var tooOld = callback is null || callback.Bot != call.Bot || world.Time.GetUtcNow() - callback.At > callbackLifetime;
        if (tooOld || !callback!.TryAnswer(new(call["text"], call.Fields.Flag("show_alert"), call["url"])))
            throw Refusal.Bad("query is too old and response timeout expired or query ID is invalid");
        world.Changes.Raise();
        return true;
    }

    private FakeMessage Own(ApiCall call)
    {
        if (call["inline_message_id"] is not null) throw Refusal.Bad("MESSAGE_ID_INVALID");
        var chat = Targets.Chat(world, call);
        var id = call.Fields.Number("message_id") ?? throw Refusal.Broken("message identifier is not specified");
        var message = chat.Find(id) ?? throw Refusal.Bad("message to edit not found");
        return message.Bot?.Id == call.Bot.Id && message.Service is null ? message : throw Refusal.Bad("message can't be edited");
    }

    private static void Demand(FakeMessage message, string? words, string? oldWords, JsonArray? entities, JsonArray? oldEntities, JsonObject? markup)
    {
        if (words == oldWords && Same(entities, oldEntities) && JsonNode.DeepEquals(markup, message.ReplyMarkup))
            throw Refusal.Bad("message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message");

        static bool Same(JsonArray? a, JsonArray? b) => a is not { Count: > 0 } && b is not { Count: > 0 } || JsonNode.DeepEquals(a, b);
    }
}
