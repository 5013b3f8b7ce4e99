using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Telegram.World;

namespace OpenClaw.FakePlatforms.Telegram.Api;

/// <summary>The bot itself, its chats and their members, and files.</summary>
internal sealed class ChatMethods(FakeWorld world)
{
    private const long LargestDownload = 20 << 20;

    public void AddTo(ApiMethods methods)
    {
        methods.Add("getMe", call => call.Bot.Json());
        methods.Add("logOut", _ => true);
        methods.Add("close", _ => true);
        methods.Add("getChat", GetChat);
        methods.Add("getChatMember", GetChatMember);
        methods.Add("getChatAdministrators", GetChatAdministrators);
        methods.Add("getChatMemberCount", GetChatMemberCount);
        methods.Add("leaveChat", LeaveChat);
        methods.Add("createForumTopic", CreateForumTopic);
        methods.Add("setMessageReaction", SetMessageReaction);
        methods.Add("getFile", GetFile);
        methods.Add("getUserProfilePhotos", GetUserProfilePhotos);
    }

    private JsonNode GetChat(ApiCall call)
    {
        lock (world.Lock)
        {
            var chat = Targets.Chat(world, call);
            var json = chat.Json();
            (json["accent_color_id"], json["max_reaction_count"]) = (3, 11);
            JsonObject gifts = [];
            foreach (var gift in (string[])["unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"]) gifts[gift] = chat.IsPrivate;
            json["accepted_gift_types"] = gifts;
            return json;
        }
    }

    private JsonNode GetChatMember(ApiCall call)
    {
        lock (world.Lock)
        {
            var chat = Targets.Chat(world, call);
            var id = call.Fields.Number("user_id") ?? throw Refusal.Broken("invalid user_id specified");
            if (id == call.Bot.Id) return FakeWorld.MemberJson(call.Bot.User, chat.Bots[id]);
            if (chat.People.TryGetValue(id, out var person)) return FakeWorld.MemberJson(person, Membership.Member);
            if (chat.Person?.Id == id) return FakeWorld.MemberJson(chat.Person, Membership.Member);
            return world.People.FirstOrDefault(p => p.Id == id) is { } stranger ? FakeWorld.MemberJson(stranger, Membership.Left) : throw Refusal.Bad("user not found");
        }
    }

    private JsonNode GetChatAdministrators(ApiCall call)
    {
        lock (world.Lock)
        {
            var chat = Targets.Chat(world, call);
            if (chat.IsPrivate) throw Refusal.Bad("there are no administrators in the private chat");
            return new JsonArray([.. world.Bots.Where(b => chat.Bots.GetValueOrDefault(b.Id) is Membership.Administrator).Select(b => FakeWorld.MemberJson(b.User, Membership.Administrator))]);
        }
    }

    private JsonNode GetChatMemberCount(ApiCall call)
    {
        lock (world.Lock)
        {
            var chat = Targets.Chat(world, call);
            return chat.IsPrivate ? 2 : chat.People.Count + chat.Bots.Values.Count(m => m is Membership.Member or Membership.Administrator or Membership.Restricted);
        }
    }

    private JsonNode LeaveChat(ApiCall call)
    {
        lock (world.Lock)
        {
            var chat = Targets.Chat(world, call);
            if (chat.IsPrivate) throw Refusal.Bad("chat member status can't be changed in private chats");
            world.SetMembership(call.Bot, chat, call.Bot.User, Membership.Left);
            return true;
        }
    }

    private JsonNode CreateForumTopic(ApiCall call)
    {
        lock (world.Lock)
        {
            var chat = Targets.Chat(world, call);
            if (!chat.IsForum) throw Refusal.Bad("the chat is not a forum");
            if (chat.Bots[call.Bot.Id] is not Membership.Administrator) throw Refusal.Bad("not enough rights to create a topic");
            var topic = world.AddTopic(chat, call.Bot.User, call["name"] ?? throw Refusal.Broken("topic name must be non-empty"));
            return new JsonObject { ["message_thread_id"] = topic.Id, ["name"] = topic.Name, ["icon_color"] = 7322096 };
        }
    }

    private JsonNode SetMessageReaction(ApiCall call)
    {
        lock (world.Lock)
        {
            var chat = Targets.Chat(world, call);
            return chat.Find(call.Fields.Number("message_id") ?? 0) is null ? throw Refusal.Bad("message to react not found") : true;
        }
    }

    /// <summary>Bots have a picture; people have none.</summary>
    private JsonNode GetUserProfilePhotos(ApiCall call)
    {
        var id = call.Fields.Number("user_id") ?? throw Refusal.Broken("invalid user_id specified");
        if (id != call.Bot.Id && !world.People.Any(p => p.Id == id)) throw Refusal.Bad("user not found");
        var picture = id == call.Bot.Id ? call.Bot.Picture : null;
        return new JsonObject { ["total_count"] = picture is null ? 0 : 1, ["photos"] = picture is null ? new JsonArray() : new JsonArray(picture.Json.DeepClone()) };
    }

    private JsonNode GetFile(ApiCall call)
    {
        var file = world.FileOf(call["file_id"] ?? throw Refusal.Broken("file_id not specified")) ?? throw Refusal.Bad("wrong file_id or the file is temporarily unavailable");
        if (file.Size > LargestDownload) throw Refusal.Bad("file is too big");
        return new JsonObject { ["file_id"] = file.Id, ["file_unique_id"] = file.UniqueId, ["file_size"] = file.Size, ["file_path"] = file.Path };
    }
}
