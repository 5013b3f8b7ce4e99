using System.Text.Json.Nodes;

namespace OpenClaw.FakePlatforms.Telegram.World;

/// <summary>What a message to be posted holds.</summary>
internal sealed record Content
{
    public string? Text { get; init; }

    public JsonArray? Entities { get; init; }

    public string? Caption { get; init; }

    public JsonArray? CaptionEntities { get; init; }

    public FakeMedia? Media { get; init; }

    public FakeMessage? ReplyTo { get; init; }

    public FakeTopic? Topic { get; init; }

    public string? MediaGroupId { get; init; }

    public JsonObject? ReplyMarkup { get; init; }

    public JsonObject? Service { get; init; }
}

internal sealed partial class FakeWorld
{
    private const int KeptCallbacks = 5000;

    private readonly Dictionary<string, FakeCallback> _callbacks = new(StringComparer.Ordinal);
    private readonly Queue<string> _callbackOrder = new();

    /// <summary>A person, or the platform in a person's name, puts a message into a chat; the bots that may see it get an update.</summary>
    public FakeMessage PostByPerson(FakeUser person, FakeChat chat, Content content)
    {
        lock (Lock)
        {
            var message = Put(chat, person, null, content);
            foreach (var bot in BotsIn(chat).Where(b => Sees(b, chat, message))) bot.Updates.Add("message", message.Json());
            Changes.Raise();
            return message;
        }
    }

    /// <summary>A bot sends. No bot gets an update: bots do not see each other.</summary>
    public FakeMessage PostByBot(FakeBot bot, FakeChat chat, Content content)
    {
        lock (Lock)
        {
            var message = Put(chat, bot.User, bot, content);
            chat.LastBot = bot.Id;
            chat.Action = default;
            chat.Draft = null;
            FromBots.Add(message);
            Changes.Raise();
            return message;
        }
    }

    /// <summary>A person changes the text or caption of an own message.</summary>
    public void EditByPerson(FakeMessage message, string text)
    {
        lock (Lock)
        {
            if (message.Text is null) (message.Caption, message.CaptionEntities) = (text, TextEntities.In(text));
            else (message.Text, message.Entities) = (text, TextEntities.In(text));
            Edited(message);
            foreach (var bot in BotsIn(message.Chat).Where(b => Sees(b, message.Chat, message))) bot.Updates.Add("edited_message", message.Json());
        }
    }

    /// <summary>A bot has changed its message; the caller holds the lock and has put the new content in.</summary>
    public void Edited(FakeMessage message)
    {
        message.EditDate = Now;
        message.Versions = message.Versions.Add(message.Words ?? "");
        KeepKeyboard(message);
        if (message.Bot is not null) FromBots.Changed(message);
        Changes.Raise();
    }

    public void Delete(FakeMessage message)
    {
        lock (Lock)
        {
            message.IsDeleted = true;
            if (message.Bot is not null) FromBots.Changed(message);
            Changes.Raise();
        }
    }

    /// <summary>A person presses a button; also one of a keyboard or message that is gone, as apps with an old view do.</summary>
    public FakeCallback Press(FakeUser person, FakeMessage message, string data)
    {
        lock (Lock)
        {
            var bot = message.Bot ?? throw new InvalidOperationException("Only the messages of bots have buttons.");
            FakeCallback callback = new(_random.NextInt64(1L << 60).ToString(System.Globalization.CultureInfo.InvariantCulture), bot, person, Time.GetUtcNow());
            _callbacks[callback.Id] = callback;
            _callbackOrder.Enqueue(callback.Id);
            if (_callbackOrder.Count > KeptCallbacks) _callbacks.Remove(_callbackOrder.Dequeue());
            bot.Updates.Add("callback_query", new JsonObject
            {
                ["id"] = callback.Id,
                ["from"] = person.Json(),
                ["message"] = message.IsDeleted ? Inaccessible(message) : message.Json(),
                ["chat_instance"] = (message.Chat.Id ^ bot.Id).ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["data"] = data,
            });
            return callback;
        }
    }

    public FakeCallback? CallbackOf(string id)
    {
        lock (Lock) return _callbacks.GetValueOrDefault(id);
    }

    private static JsonObject Inaccessible(FakeMessage message) =>
        new() { ["chat"] = message.Chat.Json(), ["message_id"] = message.Id, ["date"] = 0 };

    private static void KeepKeyboard(FakeMessage message)
    {
        if (message.ReplyMarkup is { } markup && markup.ContainsKey("inline_keyboard")) message.Keyboards = message.Keyboards.Add(markup);
    }

    private FakeMessage Put(FakeChat chat, FakeUser from, FakeBot? bot, Content content)
    {
        var (thread, isTopic) = ThreadOf(chat, content);
        FakeMessage message = new(chat.NextId(), chat, from, Now)
        {
            Bot = bot,
            Text = content.Text,
            Entities = content.Entities,
            Caption = content.Caption,
            CaptionEntities = content.CaptionEntities,
            Media = content.Media,
            // a message in a topic replies to the service message that made the topic, unless it replies to another
            ReplyTo = content.ReplyTo ?? (content.Topic is { } topic ? chat.Find(topic.Id) : null),
            ThreadId = thread,
            IsTopicMessage = isTopic,
            MediaGroupId = content.MediaGroupId,
            ReplyMarkup = content.ReplyMarkup,
            Service = content.Service,
        };
        if (message.Words is { } words) message.Versions = [words];
        KeepKeyboard(message);
        chat.Keep(message, options.KeepMessages);
        return message;
    }

    /// <summary>In a supergroup without topics a reply carries the thread of replies, which nobody can send to.</summary>
    private static (int? Thread, bool IsTopic) ThreadOf(FakeChat chat, Content content)
    {
        if (content.Topic is { } topic) return (topic.Id, true);
        if (chat.IsForum && content.ReplyTo is { IsTopicMessage: true } inTopic) return (inTopic.ThreadId, true);
        return chat is { Type: "supergroup", IsForum: false } && content.ReplyTo is { } reply ? (reply.ThreadId ?? reply.Id, false) : (null, false);
    }

    /// <summary>Privacy mode: commands for the bot, its name, replies to it, and service messages.</summary>
    private static bool Sees(FakeBot bot, FakeChat chat, FakeMessage message)
    {
        if (chat.IsPrivate || !bot.PrivacyMode || chat.Bots[bot.Id] is Membership.Administrator || message.Service is not null) return true;
        if (message.ReplyTo?.Bot?.Id == bot.Id) return true;
        var words = message.Words ?? "";
        var name = "@" + bot.User.Username;
        if (words.Contains(name, StringComparison.OrdinalIgnoreCase)) return true;
        return words is ['/', ..] && !words.Split(' ', '\n')[0].Contains('@', StringComparison.Ordinal);
    }
}
