using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using OpenClaw.FakePlatforms.Discord.Gateway;
using OpenClaw.FakePlatforms.Serving;

namespace OpenClaw.FakePlatforms.Discord.Model;

/// <summary>
/// Everything there is on the platform, and what happens in it. One lock holds it all: what happens is told to the gateway
/// in the order in which it happened.
/// </summary>
/// <param name="time">Ids, time stamps and time-outs go by it.</param>
/// <param name="keptMessages">In each channel.</param>
internal sealed partial class DiscordWorld(TimeProvider time, int keptMessages)
{
    private readonly List<DiscordBot> _bots = [];
    private readonly Dictionary<ulong, DiscordUser> _users = [];
    private readonly Dictionary<ulong, DiscordGuild> _guilds = [];
    private readonly Dictionary<ulong, DiscordChannel> _channels = [];
    private readonly Dictionary<(ulong, ulong), DiscordChannel> _direct = [];
    private readonly Dictionary<string, DiscordInteraction> _interactions = new(StringComparer.Ordinal);
    private readonly Dictionary<ulong, DiscordAttachment> _files = [];

    public Lock Gate { get; } = new();

    public TimeProvider Time { get; } = time;

    public Snowflakes Ids { get; } = new(time);

    public Changes Changes { get; } = new();

    /// <summary>What bots have written, also what they have deleted since.</summary>
    public Watch<DiscordMessage> Written { get; } = new(keptMessages);

    /// <summary>Where events go; set once, before anything happens.</summary>
    public DiscordGateway? Gateway { get; set; }

    public IReadOnlyList<DiscordBot> Bots => _bots;

    public IEnumerable<DiscordUser> Users => _users.Values;

    public IEnumerable<DiscordGuild> Guilds => _guilds.Values;

    public IEnumerable<DiscordChannel> Channels => _channels.Values;

    public IEnumerable<DiscordInteraction> Interactions => _interactions.Values;

    public DiscordUser? User(ulong id) => _users.GetValueOrDefault(id);

    public DiscordGuild? Guild(ulong id) => _guilds.GetValueOrDefault(id);

    public DiscordChannel? Channel(ulong id) => _channels.GetValueOrDefault(id);

    public DiscordAttachment? File(ulong id) => _files.GetValueOrDefault(id);

    public DiscordInteraction? Interaction(string token) => _interactions.GetValueOrDefault(token);

    public DiscordBot? BotOf(string token) => _bots.Find(b => string.Equals(b.Token, token, StringComparison.Ordinal));

    public DiscordUser AddUser(string name, bool isBot, bool isWebhook = false)
    {
        lock (Gate)
        {
            DiscordUser user = new(this, Ids.Next(), name) { IsBot = isBot || isWebhook, IsWebhook = isWebhook };
            return _users[user.Number] = user;
        }
    }

    /// <param name="name">Of the application and its user.</param>
    /// <param name="token">Null: a new one. One whose first part names an id gives the bot that id.</param>
    public DiscordBot AddBot(string name, string? token)
    {
        lock (Gate)
        {
            var number = IdIn(token) ?? Ids.Next();
            DiscordUser user = new(this, number, name) { IsBot = true };
            DiscordBot bot = new(this, user, token ?? NewToken(number));
            _users.Add(number, user);
            _bots.Add(bot);
            return bot;
        }
    }

    /// <summary>Three parts, the first of which is the id, as the platform makes them.</summary>
    public string NewToken(ulong id) =>
        $"{Base64(Encoding.ASCII.GetBytes(Snowflakes.Text(id)))}.{Base64(BitConverter.GetBytes((int)Time.GetUtcNow().ToUnixTimeSeconds()))}.{Secret(27)}";

    public DiscordGuild AddGuild(string name, DiscordUser owner, IEnumerable<DiscordBot> bots)
    {
        lock (Gate)
        {
            DiscordGuild guild = new(this, Ids.NextApart(), name, owner);
            _guilds.Add(guild.Number, guild);
            guild.AddChannel("general");
            foreach (var bot in bots) guild.Add(bot);
            return guild;
        }
    }

    public void AddBot(DiscordGuild guild, DiscordBot bot)
    {
        lock (Gate)
        {
            guild.Take(bot, Snowflakes.Text(Ids.Next()));
            Gateway?.GuildCreated(guild, bot);
        }
    }

    public void RemoveBot(DiscordGuild guild, DiscordBot bot)
    {
        lock (Gate)
        {
            guild.Drop(bot);
            Gateway?.GuildDeleted(guild, bot, unavailable: false);
        }
    }

    public void Fail(DiscordGuild guild)
    {
        lock (Gate)
        {
            foreach (var bot in guild.Bots) Gateway?.GuildDeleted(guild, bot, unavailable: true);
        }
    }

    public DiscordChannel AddChannel(DiscordGuild guild, ChannelKind kind, string name, DiscordChannel? parent, DiscordUser? owner, ulong? number)
    {
        lock (Gate)
        {
            DiscordChannel channel = new(number ?? Ids.Next(), kind, name) { Guild = guild, Parent = parent, Owner = owner };
            _channels.Add(channel.Number, channel);
            guild.Take(channel);
            Gateway?.ChannelChanged(channel, "CREATE");
            Changes.Raise();
            return channel;
        }
    }

    /// <summary>Renames, archives and the like.</summary>
    public void ChangeChannel(DiscordChannel channel, Action<DiscordChannel> change)
    {
        lock (Gate)
        {
            change(channel);
            Gateway?.ChannelChanged(channel, "UPDATE");
            Changes.Raise();
        }
    }

    public void DeleteChannel(DiscordChannel channel)
    {
        lock (Gate)
        {
            Gateway?.ChannelChanged(channel, "DELETE");
            foreach (var gone in _channels.Values.Where(c => c == channel || c.Parent == channel).ToList())
            {
                gone.IsDeleted = true;
                _channels.Remove(gone.Number);
            }

            channel.Guild?.Drop(channel);
            Changes.Raise();
        }
    }

    public DiscordChannel Direct(DiscordUser person, DiscordBot bot)
    {
        lock (Gate)
        {
            if (_direct.TryGetValue((person.Number, bot.User.Number), out var known)) return known;
            DiscordChannel channel = new(Ids.Next(), ChannelKind.Direct, person.Name) { Direct = (person, bot) };
            _channels.Add(channel.Number, channel);
            Changes.Raise();
            return _direct[(person.Number, bot.User.Number)] = channel;
        }
    }

    public DiscordChannel StartThread(DiscordUser owner, DiscordChannel parent, string name, DiscordMessage? on, ChannelKind kind)
    {
        lock (Gate)
        {
            var thread = AddChannel(parent.Guild!, kind, name, parent, owner, on?.Number);
            if (on is not null) on.Thread = thread;
            return thread;
        }
    }

    public DiscordAttachment Keep(DiscordChannel channel, DiscordFile file)
    {
        lock (Gate)
        {
            DiscordAttachment attachment = new(Ids.Next(), channel.Number, file);
            return _files[attachment.Number] = attachment;
        }
    }

    /// <summary>Random text that fits into an address.</summary>
    public static string Secret(int bytes) => Base64(RandomNumberGenerator.GetBytes(bytes));

    private static string Base64(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static ulong? IdIn(string? token)
    {
        if (token?.Split('.')[0] is not { Length: > 0 } part) return null;
        var buffer = new byte[part.Length];
        var padded = part.Replace('-', '+').Replace('_', '/').PadRight((part.Length + 3) / 4 * 4, '=');
        return Convert.TryFromBase64String(padded, buffer, out var written)
            && ulong.TryParse(Encoding.ASCII.GetString(buffer, 0, written), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
    }

    [GeneratedRegex("<@!?(?<id>[0-9]{1,20})>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MentionPattern { get; }
}
