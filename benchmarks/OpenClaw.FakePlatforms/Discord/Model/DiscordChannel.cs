namespace OpenClaw.FakePlatforms.Discord.Model;

/// <summary>A direct conversation, a channel of a guild, a thread or a forum.</summary>
internal sealed class DiscordChannel(ulong number, ChannelKind kind, string name)
{
    private readonly SortedList<ulong, DiscordMessage> _messages = [];
    private readonly List<Overwrite> _overwrites = [];

    public ulong Number { get; } = number;

    public string Id => Snowflakes.Text(Number);

    public ChannelKind Kind { get; } = kind;

    public string Name { get; set; } = name;

    public string? Topic { get; set; }

    /// <summary>None: a direct conversation.</summary>
    public DiscordGuild? Guild { get; init; }

    /// <summary>The channel or forum that a thread belongs to.</summary>
    public DiscordChannel? Parent { get; init; }

    /// <summary>The two of a direct conversation.</summary>
    public (DiscordUser Person, DiscordBot Bot)? Direct { get; init; }

    /// <summary>Who opened a thread.</summary>
    public DiscordUser? Owner { get; init; }

    public bool IsArchived { get; set; }

    public bool IsLocked { get; set; }

    public bool IsDeleted { get; set; }

    /// <summary>When bots told that they type, newest last.</summary>
    public List<DateTimeOffset> Typing { get; } = [];

    public bool IsThread => Kind is ChannelKind.PublicThread or ChannelKind.PrivateThread or ChannelKind.AnnouncementThread;

    public bool TakesMessages => Kind is not (ChannelKind.Forum or ChannelKind.Category);

    /// <summary>Messages by id. Taken under the server's lock, or when nothing moves.</summary>
    public IList<DiscordMessage> Messages => _messages.Values;

    public IReadOnlyList<Overwrite> Overwrites => _overwrites;

    public IEnumerable<DiscordBot> Bots => Direct is { } direct ? [direct.Bot] : Guild!.Bots;

    public DiscordMessage? Find(ulong id) => _messages.GetValueOrDefault(id);

    public void Add(DiscordMessage message) => _messages.Add(message.Number, message);

    public void Remove(DiscordMessage message) => _messages.Remove(message.Number);

    /// <summary>Takes a right from one bot here.</summary>
    public void Deny(DiscordBot bot, Permissions permissions) => Set(new(bot.User.Id, IsMember: true, Permissions.None, permissions));

    /// <summary>Undoes <see cref="Deny"/>.</summary>
    public void Allow(DiscordBot bot) => _overwrites.RemoveAll(o => o.Target == bot.User.Id);

    public void Set(Overwrite overwrite)
    {
        _overwrites.RemoveAll(o => o.Target == overwrite.Target);
        _overwrites.Add(overwrite);
    }

    /// <summary>What a bot may here, by the platform's order: everyone, roles, then the channel's overwrites.</summary>
    public Permissions Of(DiscordBot bot)
    {
        if (Guild is null) return Permissions.All;
        var granted = Guild.Everyone | Guild.RoleOf(bot).Permissions;
        if (granted.HasFlag(Permissions.Administrator)) return Permissions.All | Permissions.Administrator;
        var overwrites = (Parent is { } parent && IsThread ? parent : this).Overwrites;
        foreach (var (target, isMember) in new[] { (Guild.Id, false), (Guild.RoleOf(bot).Id, false), (bot.User.Id, true) })
        {
            if (overwrites.FirstOrDefault(o => o.Target == target && o.IsMember == isMember) is { } overwrite)
                granted = (granted & ~overwrite.Deny) | overwrite.Allow;
        }

        return granted;
    }

    public bool IsSeenBy(DiscordBot bot) => Direct is { } direct ? direct.Bot == bot : Guild!.Bots.Contains(bot) && Of(bot).HasFlag(Permissions.ViewChannel);
}
