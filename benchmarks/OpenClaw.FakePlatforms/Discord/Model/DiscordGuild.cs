namespace OpenClaw.FakePlatforms.Discord.Model;

/// <summary>The role that a bot brings with it.</summary>
internal sealed record BotRole(string Id, string Name, Permissions Permissions);

/// <summary>A server of the platform, with its channels and its bots.</summary>
internal sealed class DiscordGuild(DiscordWorld world, ulong number, string name, DiscordUser owner)
{
    private static readonly BotRole Nobody = new("0", "", Permissions.None);

    private readonly List<DiscordChannel> _channels = [];
    private readonly List<DiscordBot> _bots = [];
    private readonly Dictionary<DiscordBot, BotRole> _roles = [];
    private readonly List<DiscordUser> _members = [owner];

    public ulong Number { get; } = number;

    public string Id => Snowflakes.Text(Number);

    public string Name { get; } = name;

    public DiscordUser Owner { get; } = owner;

    /// <summary>What the role @everyone may.</summary>
    public Permissions Everyone { get; set; } = Permissions.Usual;

    /// <summary>GUILD_CREATE is padded to this size with members.</summary>
    public int PadTo { get; set; }

    public IReadOnlyList<DiscordChannel> Channels => _channels;

    public IReadOnlyList<DiscordBot> Bots => _bots;

    public IReadOnlyList<DiscordUser> Members => _members;

    public DiscordChannel AddChannel(string name, ChannelKind kind = ChannelKind.Text) =>
        world.AddChannel(this, kind, name, parent: null, owner: null, number: null);

    public DiscordChannel AddForum(string name) => AddChannel(name, ChannelKind.Forum);

    /// <summary>The channel is gone, with its messages.</summary>
    public void Delete(DiscordChannel channel) => world.DeleteChannel(channel);

    /// <summary>Somebody invites the bot.</summary>
    public void Add(DiscordBot bot) => world.AddBot(this, bot);

    /// <summary>Somebody removes the bot.</summary>
    public void Remove(DiscordBot bot) => world.RemoveBot(this, bot);

    /// <summary>The platform cannot reach the guild for now.</summary>
    public void Fail() => world.Fail(this);

    /// <summary>Of a bot that is not here (any more): one that may nothing.</summary>
    public BotRole RoleOf(DiscordBot bot) => _roles.GetValueOrDefault(bot, Nobody);

    /// <summary>Takes rights from the bot in the whole guild.</summary>
    public void Deny(DiscordBot bot, Permissions permissions)
    {
        Everyone &= ~permissions;
        _roles[bot] = _roles[bot] with { Permissions = _roles[bot].Permissions & ~permissions };
    }

    internal void Take(DiscordChannel channel) => _channels.Add(channel);

    internal void Drop(DiscordChannel channel) => _channels.RemoveAll(c => c == channel || c.Parent == channel);

    internal void Take(DiscordUser member)
    {
        if (!_members.Contains(member)) _members.Add(member);
    }

    internal void Take(DiscordBot bot, string role)
    {
        _bots.Add(bot);
        _roles[bot] = new(role, bot.User.Name, Permissions.Usual);
    }

    internal void Drop(DiscordBot bot)
    {
        _bots.Remove(bot);
        _roles.Remove(bot);
    }
}
