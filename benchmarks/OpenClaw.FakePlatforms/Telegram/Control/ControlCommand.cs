using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Faults;
using OpenClaw.FakePlatforms.Telegram.World;

namespace OpenClaw.FakePlatforms.Telegram.Control;

/// <summary>One thing that a developer or a script does.</summary>
internal sealed class ControlCommand(FakeTelegram telegram, ControlBody body)
{
    /// <summary>A chat by its id; the private ones belong to a bot, the first when none is named.</summary>
    public static FakeChat ChatOf(FakeTelegram telegram, long? bot, long id) =>
        telegram.World.Groups.FirstOrDefault(g => g.Id == id)
        ?? (telegram.World.People.FirstOrDefault(p => p.Id == id) is { } person ? telegram.World.PrivateChat(BotOf(telegram, bot), person) : null)
        ?? throw new KeyNotFoundException($"There is no chat {id}.");

    public JsonNode AddPerson() =>
        telegram.AddUser(body.Need("name"), body.Text("username"), body.Text("language") ?? "en").User.Json();

    public JsonNode AddGroup()
    {
        var type = body.Text("type") ?? "supergroup";
        if (type is not ("group" or "supergroup" or "forum")) throw new FormatException("type must be group, supergroup or forum");
        var people = (body.Json("people") as JsonArray ?? []).Select(id => Person((long)id!));
        return telegram.World.AddGroup(body.Need("title"), type is "group" ? type : "supergroup", type is "forum", people, [Bot]).Json();
    }

    public JsonNode AddTopic()
    {
        var topic = telegram.World.AddTopic(Chat, Actor, body.Need("name"));
        return new JsonObject { ["id"] = topic.Id, ["name"] = topic.Name };
    }

    /// <summary>A text, or a file with a caption.</summary>
    public async Task<JsonNode> SayAsync()
    {
        var voice = Voice();
        var replyTo = body.Number("replyTo") is { } id ? Message(id) : null;
        if (body.File is not { } file) return (await voice.SaysAsync(body.Need("text"), replyTo)).Json();
        var kind = body.Text("kind") ?? KindOf(file.ContentType);
        return (await voice.SendsAsync(kind, file.Name, file.ContentType, file.Content, body.Text("text"))).Json();
    }

    public async Task<JsonNode> EditAsync()
    {
        var message = Message(body.NeedNumber("message"));
        await Voice().EditsAsync(message, body.Need("text"));
        return message.Json();
    }

    /// <summary>With "wait" the answer comes when the bot has answered, or after that many seconds.</summary>
    public async Task<JsonNode> PressAsync()
    {
        var message = Message(body.NeedNumber("message"));
        var callback = body.Text("label") is { } label ? await Voice().PressAsync(message, label) : await Voice().PressDataAsync(message, body.Need("data"));
        if (body.Number("wait") is { } seconds) await Task.WhenAny(callback.AnsweredAsync(TimeSpan.FromSeconds(seconds)));
        return new JsonObject { ["id"] = callback.Id, ["answered"] = callback.IsAnswered, ["text"] = callback.Answer?.Text };
    }

    /// <summary>In a private chat "kicked" is: blocked.</summary>
    public JsonNode SetMembership()
    {
        telegram.World.SetMembership(Bot, Chat, Actor, Enum.Parse<Membership>(body.Need("membership"), ignoreCase: true));
        return true;
    }

    public JsonNode Upgrade() => telegram.World.Upgrade(Chat, Actor).Json();

    public JsonNode SetPrivacy()
    {
        Bot.PrivacyMode = body.Flag("on");
        telegram.World.Changes.Raise();
        return true;
    }

    public JsonNode Revoke()
    {
        if (body.Flag("revoked")) Bot.Revoke();
        else Bot.IsRevoked = false;
        telegram.World.Changes.Raise();
        return true;
    }

    public JsonNode AddUpdate() =>
        Bot.Updates.AddRaw(body.Json("update") as JsonObject ?? throw new FormatException("update must be an object"));

    public JsonNode PlanFault()
    {
        var kind = Enum.Parse<FaultKind>(body.Need("kind"), ignoreCase: true);
        Fault fault = new(kind, (int)(body.Number("status") ?? (kind is FaultKind.HtmlPage ? 502 : 429)), body.Text("text"), body.Number("retryAfter"), TimeSpan.FromSeconds(body.Number("seconds") ?? 0));
        var method = body.Text("method") ?? FaultPlan.Any;
        if (body.Number("times") is 0) telegram.Faults.Always(method, fault);
        else telegram.Faults.Next(method, fault, (int)(body.Number("times") ?? 1));
        return true;
    }

    private FakeBot Bot => BotOf(telegram, body.Number("bot"));

    private FakeUser Actor => Person(body.NeedNumber("person"));

    private FakeChat Chat => ChatOf(telegram, body.Number("bot"), body.Number("chat") ?? body.NeedNumber("person"));

    private static FakeBot BotOf(FakeTelegram telegram, long? id) =>
        id is null ? telegram.Bot : telegram.World.Bots.FirstOrDefault(b => b.Id == id) ?? throw new KeyNotFoundException($"There is no bot {id}.");

    private FakeUser Person(long id) =>
        telegram.World.People.FirstOrDefault(p => p.Id == id) ?? throw new KeyNotFoundException($"There is no person {id}.");

    private FakeMessage Message(long id)
    {
        lock (telegram.World.Lock) return Chat.Messages.FirstOrDefault(m => m.Id == id) ?? throw new KeyNotFoundException($"There is no message {id} in this chat.");
    }

    private FakeVoice Voice()
    {
        var actor = Actor;
        var chat = Chat;
        var topic = body.Number("topic") is { } id ? chat.Topics.Find(t => t.Id == id) ?? throw new KeyNotFoundException($"There is no topic {id}.") : null;
        return new(telegram, actor, chat, chat.IsPrivate ? Bot : null, topic);
    }

    private static string KindOf(string contentType) => contentType switch
    {
        "image/jpeg" or "image/png" or "image/webp" => "photo",
        "audio/ogg" => "voice",
        _ => "document",
    };
}
