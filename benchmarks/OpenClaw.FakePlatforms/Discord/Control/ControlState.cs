using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Discord.Gateway;
using OpenClaw.FakePlatforms.Discord.Model;
using OpenClaw.FakePlatforms.Discord.Rules;
using OpenClaw.FakePlatforms.Discord.Shapes;

namespace OpenClaw.FakePlatforms.Discord.Control;

/// <summary>What the page shows. Read under the lock of the world.</summary>
internal static class ControlState
{
    /// <summary>How long an app shows that somebody types.</summary>
    private static readonly TimeSpan TypingLasts = TimeSpan.FromSeconds(10);

    public static JsonObject Of(FakeDiscord discord) => new()
    {
        ["apiBaseUrl"] = discord.ApiBaseUrl,
        ["described"] = ApiDescription.Current is not null,
        ["requests"] = discord.Requests,
        ["violations"] = discord.Violations.Count,
        ["bots"] = new JsonArray([.. discord.World.Bots.Select(b => BotOf(discord, b))]),
        ["people"] = new JsonArray([.. discord.World.Users.Where(u => discord.World.Bots.All(b => b.User != u)).Select(u => new JsonObject { ["id"] = u.Id, ["name"] = u.Name })]),
        ["guilds"] = new JsonArray([.. discord.World.Guilds.Select(GuildOf)]),
    };

    /// <summary>Everything in a channel, with what people do not see in an app: earlier texts, and answers for others only.</summary>
    public static JsonObject MessagesOf(FakeDiscord discord, DiscordChannel channel)
    {
        var now = discord.World.Time.GetUtcNow();
        return new()
        {
            ["id"] = channel.Id,
            ["name"] = channel.Name,
            ["kind"] = channel.Kind.ToString(),
            ["typing"] = channel.Typing.Count > 0 && now - channel.Typing[^1] < TypingLasts && channel.Messages.LastOrDefault(m => m.Author.IsBot)?.SentAt is var last && (last is null || last < channel.Typing[^1]),
            ["messages"] = new JsonArray([.. channel.Messages.Select(MessageOf)]),
        };
    }

    public static JsonArray Calls(FakeDiscord discord, int last) =>
        [.. discord.Log.TakeLast(last).Select(c => new JsonObject { ["method"] = c.Method, ["path"] = c.Path, ["status"] = c.Status })];

    private static JsonObject MessageOf(DiscordMessage message) => new()
    {
        ["id"] = message.Id,
        ["author"] = message.Author.Name,
        ["bot"] = message.Author.IsBot,
        ["at"] = UserShapes.Time(message.SentAt),
        ["content"] = message.Content,
        ["edits"] = message.Past.Count,
        ["loading"] = message.IsLoading,
        ["ephemeral"] = message.IsEphemeral,
        ["replyTo"] = message.ReplyTo is { } reply ? $"{reply.Author.Name}: {reply.Content}" : null,
        ["embeds"] = message.Embeds.DeepClone(),
        ["controls"] = new JsonArray([.. message.Controls.Select(c => c.DeepClone())]),
        ["files"] = new JsonArray([.. message.Attachments.Select(a => new JsonObject { ["id"] = a.Id, ["name"] = a.File.Name, ["size"] = a.File.Bytes.Length })]),
        ["reactions"] = string.Join(' ', message.Reactions.Select(r => r.Emoji)),
        ["thread"] = message.Thread?.Id,
    };

    private static JsonObject BotOf(FakeDiscord discord, DiscordBot bot) => new()
    {
        ["id"] = bot.Id,
        ["name"] = bot.User.Name,
        ["token"] = bot.Token,
        ["connections"] = discord.Gateway.Live.Count(s => s.Bot == bot),
        ["messageContent"] = bot.Privileged.HasFlag(Intents.MessageContent),
        ["startsLeft"] = bot.Starts.Remaining,
        ["commands"] = bot.Commands.DeepClone(),
    };

    private static JsonObject GuildOf(DiscordGuild guild) => new()
    {
        ["id"] = guild.Id,
        ["name"] = guild.Name,
        ["channels"] = new JsonArray([.. guild.Channels.Select(c => new JsonObject { ["id"] = c.Id, ["name"] = c.Name, ["kind"] = c.Kind.ToString(), ["parent"] = c.Parent?.Name })]),
    };
}
