using System.Globalization;
using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Discord.Gateway;
using OpenClaw.FakePlatforms.Discord.Model;

namespace OpenClaw.FakePlatforms.Discord.Shapes;

/// <summary>Users, members and applications as the platform writes them.</summary>
internal static class UserShapes
{
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00'", CultureInfo.InvariantCulture);

    public static string Number(Permissions permissions) => ((ulong)permissions).ToString(CultureInfo.InvariantCulture);

    public static JsonObject User(DiscordUser user)
    {
        JsonObject shape = new()
        {
            ["id"] = user.Id,
            ["username"] = user.IsBot ? user.Name : user.Name.ToLowerInvariant(),
            ["avatar"] = null,
            ["discriminator"] = user.IsBot ? "0000" : "0",
            ["public_flags"] = 0,
            ["flags"] = 0,
            ["global_name"] = user.IsBot ? null : user.Name,
            ["primary_guild"] = null,
        };
        if (user.IsBot) shape["bot"] = true;
        return shape;
    }

    /// <summary>The bot itself: <c>GET /users/@me</c> and READY.</summary>
    public static JsonObject Me(DiscordBot bot)
    {
        var shape = User(bot.User);
        shape["mfa_enabled"] = true;
        shape["locale"] = "en-US";
        shape["email"] = null;
        shape["verified"] = true;
        return shape;
    }

    /// <param name="guild">Where.</param>
    /// <param name="user">Who.</param>
    /// <param name="withUser">False in messages, where the author stands beside it.</param>
    public static JsonObject Member(DiscordGuild guild, DiscordUser user, bool withUser)
    {
        JsonObject shape = new()
        {
            ["avatar"] = null,
            ["banner"] = null,
            ["communication_disabled_until"] = null,
            ["flags"] = 0,
            ["joined_at"] = Time(Snowflakes.TimeOf(guild.Number)),
            ["nick"] = null,
            ["pending"] = false,
            ["premium_since"] = null,
            ["roles"] = new JsonArray([.. guild.Bots.Where(b => b.User == user).Select(b => (JsonNode)guild.RoleOf(b).Id)]),
            ["mute"] = false,
            ["deaf"] = false,
        };
        if (withUser) shape["user"] = User(user);
        return shape;
    }

    public static JsonObject Application(DiscordBot bot)
    {
        var owner = User(bot.User);
        owner.Remove("bot");
        owner["username"] = "owner";
        return new()
        {
            ["id"] = bot.Id,
            ["name"] = bot.User.Name,
            ["icon"] = null,
            ["description"] = "",
            ["type"] = null,
            ["bot"] = User(bot.User),
            ["bot_public"] = true,
            ["bot_require_code_grant"] = false,
            ["verify_key"] = new string('0', 64),
            ["flags"] = Flags(bot),
            ["flags_new"] = Flags(bot).ToString(CultureInfo.InvariantCulture),
            ["redirect_uris"] = new JsonArray(),
            ["interactions_endpoint_url"] = null,
            ["role_connections_verification_url"] = null,
            ["owner"] = owner,
            ["approximate_guild_count"] = 1,
            ["approximate_user_install_count"] = 0,
            ["approximate_user_authorization_count"] = 0,
            ["explicit_content_filter"] = 0,
            ["team"] = null,
            ["eligible_oauth2_scopes"] = new JsonArray(),
        };
    }

    /// <summary>Which privileged intents are switched on: one bit for verified applications, the one above it for all others.</summary>
    public static int Flags(DiscordBot bot)
    {
        var flags = 0;
        foreach (var (intent, bit) in new[] { (Intents.GuildPresences, 12), (Intents.GuildMembers, 14), (Intents.MessageContent, 18) })
        {
            if (bot.Privileged.HasFlag(intent)) flags |= 1 << (bot.IsVerified ? bit : bit + 1);
        }

        return flags;
    }
}
