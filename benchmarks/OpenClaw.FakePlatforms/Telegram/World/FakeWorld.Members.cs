using System.Text.Json.Nodes;

namespace OpenClaw.FakePlatforms.Telegram.World;

internal sealed partial class FakeWorld
{
    /// <summary>The ChatMember object of a bot in a chat.</summary>
    public static JsonObject MemberJson(FakeUser user, Membership membership)
    {
        JsonObject json = new()
        {
            ["status"] = membership switch
            {
                Membership.Member => "member",
                Membership.Administrator => "administrator",
                Membership.Restricted => "restricted",
                Membership.Kicked => "kicked",
                _ => "left",
            },
            ["user"] = user.Json(),
        };
        if (membership is Membership.Kicked) json["until_date"] = 0;
        if (membership is Membership.Administrator) Grant(json, true, ["can_manage_chat", "can_delete_messages", "can_invite_users"], ["can_be_edited", "is_anonymous", "can_manage_video_chats", "can_restrict_members", "can_promote_members", "can_change_info", "can_post_stories", "can_edit_stories", "can_delete_stories"]);
        if (membership is Membership.Restricted)
        {
            Grant(json, false, [], ["can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos", "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages", "can_add_web_page_previews", "can_react_to_messages", "can_edit_tag", "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics"]);
            (json["is_member"], json["until_date"]) = (true, 0);
        }

        return json;
    }

    /// <summary>A bot's place in a chat changes; it gets a my_chat_member update, and in a group the service message.</summary>
    public void SetMembership(FakeBot bot, FakeChat chat, FakeUser by, Membership membership)
    {
        lock (Lock)
        {
            var old = chat.Bots.GetValueOrDefault(bot.Id);
            if (old == membership) return;
            if (!chat.IsPrivate && membership is Membership.Left or Membership.Kicked) PostByPerson(by, chat, new() { Service = new() { ["left_chat_member"] = bot.User.Json() } });
            Enter(bot, chat, membership);
            bot.Updates.Add("my_chat_member", new JsonObject
            {
                ["chat"] = chat.Json(),
                ["from"] = by.Json(),
                ["date"] = Now,
                ["old_chat_member"] = MemberJson(bot.User, old),
                ["new_chat_member"] = MemberJson(bot.User, membership),
            });
            if (!chat.IsPrivate && old is not (Membership.Member or Membership.Administrator or Membership.Restricted) && membership is Membership.Member or Membership.Administrator)
                PostByPerson(by, chat, new() { Service = new() { ["new_chat_members"] = new JsonArray(bot.User.Json()) } });
            Changes.Raise();
        }
    }

    /// <summary>A person writes to a bot: it may write back from now on. Without an update, as Telegram sends none.</summary>
    public void Start(FakeBot bot, FakeChat chat)
    {
        lock (Lock)
        {
            if (chat.Bots.GetValueOrDefault(bot.Id) is Membership.None) Enter(bot, chat, Membership.Member);
        }
    }

    public FakeTopic AddTopic(FakeChat chat, FakeUser by, string name)
    {
        lock (Lock)
        {
            if (!chat.IsForum) throw new InvalidOperationException("Only a forum has topics.");
            FakeTopic topic = new(chat.NextId(), name);
            FakeMessage created = new(topic.Id, chat, by, Now)
            {
                ThreadId = topic.Id,
                IsTopicMessage = true,
                Service = new() { ["forum_topic_created"] = new JsonObject { ["name"] = name, ["icon_color"] = 7322096 } },
                Bot = by.IsBot ? BotsIn(chat).FirstOrDefault(b => b.Id == by.Id) : null,
            };
            chat.Keep(created, options.KeepMessages);
            chat.Topics.Add(topic);
            foreach (var bot in BotsIn(chat).Where(b => b.Id != by.Id)) bot.Updates.Add("message", created.Json());
            Changes.Raise();
            return topic;
        }
    }

    /// <summary>The group becomes a supergroup with another id; both sides say so.</summary>
    public FakeChat Upgrade(FakeChat group, FakeUser by)
    {
        lock (Lock)
        {
            if (group.Type is not "group" || group.MigratedTo is not null) throw new InvalidOperationException("Only a group that is still one can become a supergroup.");
            var bots = BotsIn(group).ToList();
            var chat = AddGroup(group.Title, "supergroup", isForum: false, group.People.Values, bots);
            foreach (var bot in bots) chat.Bots[bot.Id] = group.Bots[bot.Id];
            PostByPerson(by, group, new() { Service = new() { ["migrate_to_chat_id"] = chat.Id } });
            PostByPerson(by, chat, new() { Service = new() { ["migrate_from_chat_id"] = group.Id } });
            group.MigratedTo = chat;
            return chat;
        }
    }

    private static void Grant(JsonObject json, bool granted, string[] rights, string[] others)
    {
        foreach (var right in rights) json[right] = granted;
        foreach (var right in others) json[right] = false;
    }
}
