using System.Text.Json.Nodes;

namespace OpenClaw.FakePlatforms.Discord.Model;

/// <summary>A command, or a pressed button, and how the bot has taken it.</summary>
internal sealed class DiscordInteraction(ulong number, string token, DiscordBot bot, DiscordUser user, DiscordChannel channel, DateTimeOffset createdAt)
{
    /// <summary>How long the bot has for its first word.</summary>
    public static readonly TimeSpan FirstWord = TimeSpan.FromSeconds(3);

    /// <summary>How long the token lives.</summary>
    public static readonly TimeSpan TokenLife = TimeSpan.FromMinutes(15);

    public ulong Number { get; } = number;

    public string Id => Snowflakes.Text(Number);

    public string Token { get; } = token;

    public DiscordBot Bot { get; } = bot;

    public DiscordUser User { get; } = user;

    public DiscordChannel Channel { get; } = channel;

    public DateTimeOffset CreatedAt { get; } = createdAt;

    /// <summary>2: a command; 3: a button or select.</summary>
    public int Type { get; init; }

    public JsonObject Data { get; init; } = [];

    /// <summary>The message whose button was pressed.</summary>
    public DiscordMessage? Source { get; init; }

    /// <summary>The type of the callback: 4 a message, 5 "is thinking", 6 seen, 7 the message changed; null: none yet.</summary>
    public int? Answered { get; set; }

    public DateTimeOffset? AnsweredAt { get; set; }

    /// <summary>What <c>@original</c> stands for.</summary>
    public DiscordMessage? Original { get; set; }

    public List<DiscordMessage> FollowUps { get; } = [];

    /// <summary>The command's name, or the custom id of what was pressed.</summary>
    public string Name => (string?)(Data["name"] ?? Data["custom_id"]) ?? "";
}
