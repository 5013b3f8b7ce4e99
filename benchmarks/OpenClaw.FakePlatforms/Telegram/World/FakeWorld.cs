using System.Collections.Concurrent;
using System.Globalization;
using OpenClaw.FakePlatforms.Serving;

namespace OpenClaw.FakePlatforms.Telegram.World;

/// <summary>Everything the platform knows. State is changed under <see cref="Lock"/>.</summary>
internal sealed partial class FakeWorld(FakeTelegramOptions options)
{
    private const string OnePixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    private readonly ConcurrentDictionary<string, FakeBot> _bots = new(StringComparer.Ordinal);
    private readonly Dictionary<long, FakeBot> _botsById = [];
    private readonly Dictionary<long, FakeUser> _people = [];
    private readonly List<FakeChat> _groups = [];
    private readonly Random _random = new(options.Seed);
    private FakeMedia? _picture;
    private long _lastPerson = 100_000_000;
    private long _lastGroup = 4_000_000;

    public Lock Lock { get; } = new();

    public TimeProvider Time => options.Time;

    /// <summary>What bots have sent, edited and deleted.</summary>
    public Watch<FakeMessage> FromBots { get; } = new(options.KeepCalls);

    /// <summary>Raised after each change that a page would show.</summary>
    public Changes Changes { get; } = new();

    public IEnumerable<FakeBot> Bots => _bots.Values.OrderBy(b => b.Id);

    public IReadOnlyList<FakeUser> People
    {
        get
        {
            lock (Lock) return [.. _people.Values];
        }
    }

    public IReadOnlyList<FakeChat> Groups
    {
        get
        {
            lock (Lock) return [.. _groups];
        }
    }

    public long Now => Time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>A number nobody has seen, as text.</summary>
    public string NewId()
    {
        lock (Lock) return _random.NextInt64(1L << 53).ToString(CultureInfo.InvariantCulture);
    }

    public FakeBot? BotOf(string token) => _bots.GetValueOrDefault(token);

    /// <param name="token"><c>id:secret</c>.</param>
    /// <param name="username">Must end in "bot", as BotFather wants it.</param>
    public FakeBot AddBot(string token, string? username = null)
    {
        var id = long.Parse(token.Split(':')[0], CultureInfo.InvariantCulture);
        lock (Lock)
        {
            FakeUser user = new(id, username ?? $"Bot {id}") { IsBot = true, Username = username ?? $"fake_{id}_bot" };
            _picture ??= AddMedia("photo", "bot.png", "image/png", Convert.FromBase64String(OnePixel));
            return _botsById[id] = _bots.GetOrAdd(token, t => new(t, user, _random.Next(100_000_000, 900_000_000)) { Picture = _picture });
        }
    }

    public FakeUser AddPerson(string firstName, string? username, string? languageCode, bool isBot)
    {
        lock (Lock)
        {
            FakeUser user = new(++_lastPerson, firstName) { Username = username, LanguageCode = languageCode, IsBot = isBot };
            return _people[user.Id] = user;
        }
    }

    /// <summary>The chat of a person and a bot, made when they first meet; until the person writes, the bot may not.</summary>
    public FakeChat PrivateChat(FakeBot bot, FakeUser person)
    {
        lock (Lock)
        {
            if (bot.Chats.TryGetValue(person.Id, out var chat)) return chat;
            return bot.Chats[person.Id] = new(person.Id, "private", person.FirstName) { Person = person };
        }
    }

    public FakeChat AddGroup(string title, string type, bool isForum, IEnumerable<FakeUser> people, IEnumerable<FakeBot> bots)
    {
        lock (Lock)
        {
            var number = ++_lastGroup;
            FakeChat chat = new(type is "group" ? -number : -1_000_000_000_000 - number, type, title) { IsForum = isForum };
            foreach (var person in people) chat.People[person.Id] = person;
            foreach (var bot in bots) Enter(bot, chat, Membership.Member);
            _groups.Add(chat);
            if (isForum) chat.NextId();
            return chat;
        }
    }

    /// <summary>The chat as a bot names it: an id, or a @username. Null: it does not know it.</summary>
    public static FakeChat? ChatOf(FakeBot bot, string name)
    {
        if (long.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id)) return bot.Chats.GetValueOrDefault(id);
        return name is ['@', .. var username] ? bot.Chats.Values.FirstOrDefault(c => !c.IsPrivate && string.Equals(c.Username, username, StringComparison.OrdinalIgnoreCase)) : null;
    }

    private static void Enter(FakeBot bot, FakeChat chat, Membership membership)
    {
        chat.Bots[bot.Id] = membership;
        bot.Chats[chat.Id] = chat;
    }

    private IEnumerable<FakeBot> BotsIn(FakeChat chat) =>
        chat.Bots.Where(b => b.Value is Membership.Member or Membership.Administrator or Membership.Restricted)
            .Select(b => _botsById[b.Key]);
}
