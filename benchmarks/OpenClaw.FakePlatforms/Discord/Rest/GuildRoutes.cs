using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Discord.Model;
using OpenClaw.FakePlatforms.Discord.Shapes;

namespace OpenClaw.FakePlatforms.Discord.Rest;

/// <summary>Guilds, their channels, members and threads.</summary>
internal sealed class GuildRoutes(DiscordWorld world)
{
    private static readonly BucketRule Usual = BucketRule.Of("guilds", 10, 10);

    public IEnumerable<RestRoute> Routes =>
    [
        new("GET", "/guilds/{guild_id}", Usual, call => In(call, g => RestAnswer.Ok(ChannelShapes.Guild(g)))),
        new("GET", "/guilds/{guild_id}/channels", Usual, call => In(call, g => RestAnswer.Ok(new JsonArray([.. g.Channels.Where(c => !c.IsThread).Select(ChannelShapes.Channel)])))),
        new("GET", "/guilds/{guild_id}/roles", Usual, call => In(call, g => RestAnswer.Ok(ChannelShapes.Guild(g)["roles"]!.DeepClone()))),
        new("GET", "/guilds/{guild_id}/members/{user_id}", BucketRule.Of("members", 5, 1), call => In(call, g => Member(call, g))),
        new("GET", "/guilds/{guild_id}/threads/active", Usual, call => In(call, g => ActiveThreads(call, g))),
    ];

    private static RestAnswer ActiveThreads(RestCall call, DiscordGuild guild)
    {
        var threads = guild.Channels.Where(c => c.IsThread && !c.IsArchived && c.IsSeenBy(call.Bot)).Select(ChannelShapes.Channel);
        return RestAnswer.Ok(new JsonObject { ["threads"] = new JsonArray([.. threads]), ["members"] = new JsonArray(), ["has_more"] = false });
    }

    private RestAnswer Member(RestCall call, DiscordGuild guild)
    {
        var user = world.User(call.Id("user_id"));
        return user is not null && (guild.Members.Contains(user) || guild.Bots.Any(b => b.User == user))
            ? RestAnswer.Ok(UserShapes.Member(guild, user, withUser: true))
            : Refusals.UnknownMember;
    }

    private RestAnswer In(RestCall call, Func<DiscordGuild, RestAnswer> answer)
    {
        if (world.Guild(call.Id("guild_id")) is not { } guild) return Refusals.UnknownGuild;
        return guild.Bots.Contains(call.Bot) ? answer(guild) : Refusals.MissingAccess;
    }
}
