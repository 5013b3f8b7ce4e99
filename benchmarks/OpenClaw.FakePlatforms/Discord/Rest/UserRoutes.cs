using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Discord.Model;
using OpenClaw.FakePlatforms.Discord.Shapes;

namespace OpenClaw.FakePlatforms.Discord.Rest;

/// <summary>The gateway's address, the bot itself, its application, its guilds and direct conversations.</summary>
internal sealed class UserRoutes(DiscordWorld world)
{
    private static readonly BucketRule Usual = BucketRule.Of("me", 30, 10);

    public IEnumerable<RestRoute> Routes =>
    [
        new("GET", "/gateway", null, _ => RestAnswer.Ok(new JsonObject { ["url"] = world.Gateway!.Url })) { NeedsBot = false },
        new("GET", "/gateway/bot", BucketRule.Of("gateway", 2, 5), Gateway),
        new("GET", "/users/@me", Usual, call => RestAnswer.Ok(UserShapes.Me(call.Bot))),
        new("GET", "/applications/@me", Usual, call => RestAnswer.Ok(UserShapes.Application(call.Bot))),
        new("GET", "/oauth2/applications/@me", Usual, call => RestAnswer.Ok(UserShapes.Application(call.Bot))),
        new("GET", "/users/{user_id}", BucketRule.Of("users", 30, 30), call => world.User(call.Id("user_id")) is { } user ? RestAnswer.Ok(UserShapes.User(user)) : Refusals.UnknownUser),
        new("POST", "/users/@me/channels", BucketRule.Of("directs", 10, 10), OpenDirect),
        new("GET", "/users/@me/guilds", BucketRule.Of("my-guilds", 5, 5), Guilds),
    ];

    private RestAnswer Gateway(RestCall call)
    {
        var starts = call.Bot.Starts;
        var reset = starts.ResetAfter(world.Time.GetUtcNow());
        return RestAnswer.Ok(new JsonObject
        {
            ["url"] = world.Gateway!.Url,
            ["shards"] = call.Bot.Shards,
            ["session_start_limit"] = new JsonObject
            {
                ["total"] = starts.Total,
                ["remaining"] = starts.Remaining,
                ["reset_after"] = (int)reset.TotalMilliseconds,
                ["max_concurrency"] = starts.MaxConcurrency,
            },
        });
    }

    private RestAnswer OpenDirect(RestCall call)
    {
        if ((string?)call.Fields["recipient_id"] is not { } text) return RestAnswer.Invalid("recipient_id", "BASE_TYPE_REQUIRED", "This field is required");
        if (!ulong.TryParse(text, out var id) || world.User(id) is not { } person || person.IsWebhook) return RestAnswer.Error(400, 50033, "Invalid Recipient(s)");
        return person.IsBot ? Refusals.CannotSendToUser : RestAnswer.Ok(ChannelShapes.Channel(world.Direct(person, call.Bot)));
    }

    private RestAnswer Guilds(RestCall call)
    {
        var guilds = world.Guilds
            .Where(g => g.Bots.Contains(call.Bot) && (call.Asked("after") is not { } after || g.Number > after) && (call.Asked("before") is not { } before || g.Number < before))
            .OrderBy(g => g.Number)
            .Take((int)(call.Asked("limit") ?? 200));
        return RestAnswer.Ok(new JsonArray([.. guilds.Select(g => new JsonObject
        {
            ["id"] = g.Id,
            ["name"] = g.Name,
            ["icon"] = null,
            ["banner"] = null,
            ["owner"] = false,
            ["permissions"] = UserShapes.Number(g.Everyone | g.RoleOf(call.Bot).Permissions),
            ["features"] = new JsonArray(),
        })]));
    }
}
