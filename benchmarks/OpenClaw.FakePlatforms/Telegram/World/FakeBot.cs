using System.Text.Json.Nodes;

namespace OpenClaw.FakePlatforms.Telegram.World;

/// <summary>A bot and all that the platform keeps for it.</summary>
internal sealed class FakeBot(string token, FakeUser user, long firstUpdate)
{
    public string Token => token;

    public FakeUser User => user;

    public long Id => user.Id;

    /// <summary>On: in groups it gets only what is meant for it.</summary>
    public bool PrivacyMode { get; set; } = true;

    /// <summary>/setjoingroups of BotFather.</summary>
    public bool CanJoinGroups { get; set; } = true;

    /// <summary>Every call answers 401.</summary>
    public bool IsRevoked { get; set; }

    /// <summary>The token is taken back while the bot runs: its open poll and every later call answer 401.</summary>
    public void Revoke()
    {
        IsRevoked = true;
        Polls.End("revoked");
    }

    public UpdateQueue Updates { get; } = new(firstUpdate);

    public PollSlot Polls { get; } = new();

    /// <summary>Its profile photo, /setuserpic of BotFather; null: it has none.</summary>
    public FakeMedia? Picture { get; set; }

    public FakeWebhook? Webhook { get; set; }

    /// <summary>Every chat in which it is or was, by id.</summary>
    public Dictionary<long, FakeChat> Chats { get; } = [];

    /// <summary>Commands by scope and language.</summary>
    public Dictionary<string, JsonArray> Commands { get; } = new(StringComparer.Ordinal);

    public JsonObject Json()
    {
        var json = User.Json();
        json["can_join_groups"] = CanJoinGroups;
        json["can_read_all_group_messages"] = !PrivacyMode;
        foreach (var no in (string[])["supports_inline_queries", "supports_guest_queries", "can_connect_to_business", "has_main_web_app", "has_topics_enabled", "allows_users_to_create_topics", "can_manage_bots"])
            json[no] = false;
        return json;
    }
}
