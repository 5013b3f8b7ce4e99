using System.Text;
using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Discord.Model;

namespace OpenClaw.FakePlatforms.Discord.Shapes;

/// <summary>Channels, threads and guilds as the platform writes them.</summary>
internal static class ChannelShapes
{
    public static JsonObject Channel(DiscordChannel channel)
    {
        JsonObject shape = new()
        {
            ["id"] = channel.Id,
            ["type"] = (int)channel.Kind,
            ["flags"] = 0,
            ["last_message_id"] = channel.Messages.Count > 0 ? channel.Messages[^1].Id : null,
        };
        if (channel.Direct is { } direct)
        {
            shape["recipients"] = new JsonArray(UserShapes.User(direct.Person));
            return shape;
        }

        shape["guild_id"] = channel.Guild!.Id;
        shape["name"] = channel.Name;
        shape["parent_id"] = channel.Parent?.Id;
        shape["rate_limit_per_user"] = 0;
        if (channel.IsThread) AddThread(shape, channel);
        else AddPlace(shape, channel);
        return shape;
    }

    /// <summary>Of <c>GET /guilds/{id}</c>; also the body of GUILD_CREATE.</summary>
    public static JsonObject Guild(DiscordGuild guild) => new()
    {
        ["id"] = guild.Id,
        ["name"] = guild.Name,
        ["icon"] = null,
        ["description"] = null,
        ["home_header"] = null,
        ["splash"] = null,
        ["discovery_splash"] = null,
        ["features"] = new JsonArray(),
        ["banner"] = null,
        ["owner_id"] = guild.Owner.Id,
        ["application_id"] = null,
        ["region"] = "deprecated",
        ["afk_channel_id"] = null,
        ["afk_timeout"] = 300,
        ["system_channel_id"] = null,
        ["system_channel_flags"] = 0,
        ["widget_enabled"] = false,
        ["widget_channel_id"] = null,
        ["verification_level"] = 0,
        ["roles"] = new JsonArray([Role(guild.Id, "@everyone", guild.Everyone, 0), .. guild.Bots.Select(b => guild.RoleOf(b)).Select(r => Role(r.Id, r.Name, r.Permissions, 1))]),
        ["default_message_notifications"] = 0,
        ["mfa_level"] = 0,
        ["explicit_content_filter"] = 0,
        ["max_presences"] = null,
        ["max_members"] = 500000,
        ["max_stage_video_channel_users"] = 50,
        ["max_video_channel_users"] = 25,
        ["vanity_url_code"] = null,
        ["premium_tier"] = 0,
        ["premium_subscription_count"] = 0,
        ["preferred_locale"] = "en-US",
        ["rules_channel_id"] = null,
        ["safety_alerts_channel_id"] = null,
        ["public_updates_channel_id"] = null,
        ["premium_progress_bar_enabled"] = false,
        ["nsfw"] = false,
        ["nsfw_level"] = 0,
        ["emojis"] = new JsonArray(),
        ["stickers"] = new JsonArray(),
        ["incidents_data"] = null,
    };

    /// <summary>With all that GUILD_CREATE adds: channels, the threads that the bot may see, members.</summary>
    public static string FullGuild(DiscordGuild guild, DiscordBot bot)
    {
        var shape = Guild(guild);
        shape["joined_at"] = UserShapes.Time(Snowflakes.TimeOf(guild.Number));
        shape["large"] = guild.PadTo > 0;
        shape["unavailable"] = false;
        shape["member_count"] = guild.Members.Count + guild.Bots.Count;
        shape["voice_states"] = new JsonArray();
        shape["presences"] = new JsonArray();
        shape["stage_instances"] = new JsonArray();
        shape["guild_scheduled_events"] = new JsonArray();
        shape["soundboard_sounds"] = new JsonArray();
        shape["channels"] = new JsonArray([.. guild.Channels.Where(c => !c.IsThread).Select(Channel)]);
        shape["threads"] = new JsonArray([.. guild.Channels.Where(c => c.IsThread && !c.IsArchived && c.IsSeenBy(bot)).Select(Channel)]);
        shape["members"] = new JsonArray([UserShapes.Member(guild, bot.User, withUser: true)]);
        var json = WireJson.Write(shape);
        return guild.PadTo > json.Length ? Padded(json, guild) : json;
    }

    /// <summary>With so many members that it is as large as that. They stand at the end of the JSON.</summary>
    private static string Padded(string json, DiscordGuild guild)
    {
        var member = "," + WireJson.Write(UserShapes.Member(guild, guild.Owner, withUser: true));
        StringBuilder padded = new(json, 0, json.Length - "]}".Length, guild.PadTo + (2 * member.Length));
        while (padded.Length < guild.PadTo) padded.Append(member);
        return padded.Append("]}").ToString();
    }

    private static void AddThread(JsonObject shape, DiscordChannel thread)
    {
        var count = thread.Messages.Count;
        shape["owner_id"] = thread.Owner?.Id;
        shape["message_count"] = count;
        shape["total_message_sent"] = count;
        shape["member_count"] = 1;
        shape["thread_metadata"] = new JsonObject
        {
            ["archived"] = thread.IsArchived,
            ["archive_timestamp"] = UserShapes.Time(Snowflakes.TimeOf(thread.Number)),
            ["auto_archive_duration"] = 1440,
            ["locked"] = thread.IsLocked,
            ["create_timestamp"] = UserShapes.Time(Snowflakes.TimeOf(thread.Number)),
        };
    }

    private static void AddPlace(JsonObject shape, DiscordChannel channel)
    {
        shape["position"] = 0;
        shape["topic"] = channel.Topic;
        shape["nsfw"] = false;
        shape["permission_overwrites"] = new JsonArray([.. channel.Overwrites.Select(o => new JsonObject
        {
            ["id"] = o.Target,
            ["type"] = o.IsMember ? 1 : 0,
            ["allow"] = UserShapes.Number(o.Allow),
            ["deny"] = UserShapes.Number(o.Deny),
        })]);
        if (channel.Kind is ChannelKind.Forum) shape["available_tags"] = new JsonArray();
    }

    private static JsonObject Role(string id, string name, Permissions permissions, int position) => new()
    {
        ["id"] = id,
        ["name"] = name,
        ["permissions"] = UserShapes.Number(permissions),
        ["position"] = position,
        ["color"] = 0,
        ["colors"] = new JsonObject { ["primary_color"] = 0, ["secondary_color"] = null, ["tertiary_color"] = null },
        ["hoist"] = false,
        ["managed"] = position > 0,
        ["mentionable"] = false,
        ["icon"] = null,
        ["unicode_emoji"] = null,
        ["flags"] = 0,
    };
}
