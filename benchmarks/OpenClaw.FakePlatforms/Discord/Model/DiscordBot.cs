using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Discord.Gateway;

namespace OpenClaw.FakePlatforms.Discord.Model;

/// <summary>An application and its bot user.</summary>
internal sealed class DiscordBot(DiscordWorld world, DiscordUser user, string token)
{
    /// <summary>The application has the same id as its bot, as all newer ones have.</summary>
    public string Id => User.Id;

    public DiscordUser User { get; } = user;

    public string Token { get; private set; } = token;

    /// <summary>The switches of the developer page: which privileged intents the application may ask for.</summary>
    public Intents Privileged { get; set; } = Intents.MessageContent;

    /// <summary>True: verified for more than a hundred guilds; only the flags of the application differ.</summary>
    public bool IsVerified { get; set; }

    /// <summary>What <c>GET /gateway/bot</c> recommends.</summary>
    public int Shards { get; set; } = 1;

    /// <summary>Too many guilds for one connection: an identify without enough shards is closed with 4011.</summary>
    public bool NeedsShards { get; set; }

    public StartLimit Starts { get; } = new();

    /// <summary>The commands that are registered for every place.</summary>
    public JsonArray Commands { get; set; } = [];

    /// <summary>How often the commands were registered.</summary>
    public int CommandWrites { get; set; }

    public Dictionary<string, JsonArray> GuildCommands { get; } = new(StringComparer.Ordinal);

    /// <summary>The owner makes a new token: the old one fails at once, and open connections are closed with 4004.</summary>
    /// <returns>The new token.</returns>
    public string ResetToken()
    {
        Token = world.NewToken(User.Number);
        world.Gateway?.CloseAll(CloseCodes.AuthenticationFailed, this);
        world.Changes.Raise();
        return Token;
    }
}
