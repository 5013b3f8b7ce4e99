using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Telegram.World;

namespace OpenClaw.FakePlatforms.Telegram.Control;

/// <summary>What the page shows.</summary>
internal static class ControlState
{
    private static readonly TimeSpan ActionLasts = TimeSpan.FromSeconds(5);

    public static JsonObject Of(FakeTelegram telegram) => new()
    {
        ["baseUrl"] = telegram.BaseUrl,
        ["description"] = telegram.DescriptionVersion,
        ["requests"] = telegram.Requests,
        ["violations"] = telegram.Violations.Count,
        ["bots"] = new JsonArray([.. telegram.World.Bots.Select(BotOf)]),
        ["people"] = new JsonArray([.. telegram.World.People.Select(p => p.Json())]),
        ["groups"] = new JsonArray([.. telegram.World.Groups.Select(g => GroupOf(telegram, g))]),
    };

    /// <summary>Everything in a chat, with what people do not see in an app: how often a message was edited, and old keyboards.</summary>
    public static JsonObject MessagesOf(FakeTelegram telegram, FakeChat chat)
    {
        lock (telegram.World.Lock)
        {
            JsonObject json = new() { ["chat"] = chat.Json(), ["draft"] = chat.Draft };
            if (telegram.World.Time.GetUtcNow() - chat.Action.At < ActionLasts) json["action"] = chat.Action.Name;
            json["messages"] = new JsonArray([.. chat.Messages.Select(MessageOf)]);
            return json;
        }
    }

    public static JsonArray Calls(FakeTelegram telegram, string? method, int last) =>
        [.. (method is { Length: > 0 } ? telegram.Calls(method) : telegram.Calls()).TakeLast(last).Select(c => new JsonObject
        {
            ["at"] = c.At.ToUnixTimeMilliseconds(),
            ["bot"] = c.Bot.Id,
            ["method"] = c.Method,
            ["fields"] = c.Fields.Shown(),
            ["answer"] = c.Answer?.DeepClone(),
        })];

    private static JsonObject MessageOf(FakeMessage message)
    {
        var json = message.Json();
        json["deleted"] = message.IsDeleted;
        json["edits"] = Math.Max(0, message.Versions.Count - 1);
        json["old_keyboards"] = new JsonArray([.. message.Keyboards.Where(k => k != message.ReplyMarkup).Select(k => k.DeepClone())]);
        if (message.Media is { } media) json["file"] = new JsonObject { ["id"] = media.File.Id, ["name"] = media.File.Name, ["kind"] = media.Kind, ["size"] = media.File.Size };
        return json;
    }

    private static JsonObject BotOf(FakeBot bot) => new()
    {
        ["id"] = bot.Id,
        ["username"] = bot.User.Username,
        ["token"] = bot.Token,
        ["privacy"] = bot.PrivacyMode,
        ["revoked"] = bot.IsRevoked,
        ["polling"] = bot.Polls.IsOpen,
        ["webhook"] = bot.Webhook?.Url.OriginalString,
        ["webhookError"] = bot.Webhook?.LastError,
        ["pending"] = bot.Updates.Count,
        ["commands"] = new JsonArray([.. bot.Commands.Values.SelectMany(c => c).Select(c => c!.DeepClone())]),
    };

    private static JsonObject GroupOf(FakeTelegram telegram, FakeChat group)
    {
        lock (telegram.World.Lock)
        {
            var json = group.Json();
            json["people"] = new JsonArray([.. group.People.Keys.Select(p => (JsonNode)p)]);
            json["topics"] = new JsonArray([.. group.Topics.Select(t => new JsonObject { ["id"] = t.Id, ["name"] = t.Name })]);
            json["migratedTo"] = group.MigratedTo?.Id;
            json["membership"] = group.Bots.GetValueOrDefault(telegram.Bot.Id).ToString();
            return json;
        }
    }
}
