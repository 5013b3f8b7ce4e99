using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Discord.Model;
using OpenClaw.FakePlatforms.Discord.Rules;

namespace OpenClaw.FakePlatforms.Discord.Rest;

/// <summary>Slash commands, registered all at once.</summary>
internal sealed class CommandRoutes(DiscordWorld world)
{
    private static readonly BucketRule Rule = BucketRule.Of("commands", 5, 20);

    public IEnumerable<RestRoute> Routes =>
    [
        new("GET", "/applications/{application_id}/commands", Rule, call => Own(call, () => RestAnswer.Ok(call.Bot.Commands.DeepClone()))),
        new("PUT", "/applications/{application_id}/commands", Rule, call => Own(call, () => Overwrite(call, guild: null))),
        new("GET", "/applications/{application_id}/guilds/{guild_id}/commands", Rule, call => Own(call, () => RestAnswer.Ok(call.Bot.GuildCommands.GetValueOrDefault(call.Route["guild_id"])?.DeepClone() ?? new JsonArray()))),
        new("PUT", "/applications/{application_id}/guilds/{guild_id}/commands", Rule, call => Own(call, () => InGuild(call))),
    ];

    private static RestAnswer Own(RestCall call, Func<RestAnswer> answer) =>
        call.Route["application_id"] == call.Bot.Id ? answer() : RestAnswer.Error(403, 20012, "You are not authorized to perform this action on this application");

    private RestAnswer InGuild(RestCall call) =>
        world.Guild(call.Id("guild_id")) is { } guild && guild.Bots.Contains(call.Bot) ? Overwrite(call, guild) : Refusals.MissingAccess;

    private RestAnswer Overwrite(RestCall call, DiscordGuild? guild)
    {
        JsonArray given = call.Body is { ValueKind: System.Text.Json.JsonValueKind.Array } body ? JsonArray.Create(body)! : [];
        FormErrors errors = new();
        CommandRules.Check(given, errors);
        if (errors.Any) return RestAnswer.Invalid(errors);
        var before = guild is null ? call.Bot.Commands : call.Bot.GuildCommands.GetValueOrDefault(guild.Id) ?? [];
        JsonArray now = new([.. given.OfType<JsonObject>().Select(c => Registered(c, before, call.Bot, guild))]);
        if (guild is null) call.Bot.Commands = now;
        else call.Bot.GuildCommands[guild.Id] = now;
        call.Bot.CommandWrites++;
        world.Changes.Raise();
        return RestAnswer.Ok(now.DeepClone());
    }

    /// <summary>A command keeps its id as long as it keeps its name.</summary>
    private JsonObject Registered(JsonObject given, JsonArray before, DiscordBot bot, DiscordGuild? guild)
    {
        var command = (JsonObject)given.DeepClone();
        var known = before.FirstOrDefault(c => (string?)c!["name"] == (string?)given["name"] && (int?)c["type"] == ((int?)given["type"] ?? 1));
        command["id"] = (string?)known?["id"] ?? Snowflakes.Text(world.Ids.Next());
        command["application_id"] = bot.Id;
        command["version"] = Snowflakes.Text(world.Ids.Next());
        command["type"] ??= 1;
        command["description"] ??= "";
        command["default_member_permissions"] = command["default_member_permissions"]?.ToString();
        if (guild is not null) command["guild_id"] = guild.Id;
        return command;
    }
}
