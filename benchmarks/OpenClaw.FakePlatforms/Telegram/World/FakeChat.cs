using System.Text.Json.Nodes;

namespace OpenClaw.FakePlatforms.Telegram.World;

/// <summary>What a bot is in a chat. In a private chat <see cref="Kicked"/> means: blocked by the person.</summary>
internal enum Membership
{
    /// <summary>It has never been there; in a private chat: the person has not started it.</summary>
    None,
    Member,
    Administrator,

    /// <summary>In the group, with no right to write.</summary>
    Restricted,
    Left,
    Kicked,
}

/// <summary>A chat: a private one of a bot and a person, a group, a supergroup, or a forum.</summary>
internal sealed class FakeChat(long id, string type, string title)
{
    private readonly Dictionary<int, FakeMessage> _messages = [];
    private readonly Queue<int> _order = new();
    private int _lastId;

    public long Id => id;

    /// <summary>private, group, supergroup.</summary>
    public string Type => type;

    public string Title => title;

    public string? Username { get; init; }

    public bool IsForum { get; init; }

    public bool IsPrivate => Person is not null;

    /// <summary>Of a private chat.</summary>
    public FakeUser? Person { get; init; }

    public List<FakeTopic> Topics { get; } = [];

    /// <summary>The people in a group.</summary>
    public Dictionary<long, FakeUser> People { get; } = [];

    /// <summary>By the bot's id.</summary>
    public Dictionary<long, Membership> Bots { get; } = [];

    /// <summary>The supergroup that this group has become.</summary>
    public FakeChat? MigratedTo { get; set; }

    /// <summary>The bot that wrote last, which in privacy mode also sees commands without a name.</summary>
    public long LastBot { get; set; }

    /// <summary>The last chat action, shown for five seconds.</summary>
    public (string Name, DateTimeOffset At) Action { get; set; }

    /// <summary>The draft that the person sees growing.</summary>
    public string? Draft { get; set; }

    /// <summary>Those that are kept, oldest first.</summary>
    public IEnumerable<FakeMessage> Messages => _order.Select(i => _messages[i]);

    public int NextId() => ++_lastId;

    /// <summary>Ids begin behind this one, as in a chat with a past.</summary>
    public void BeginAt(int messageId) => _lastId = Math.Max(_lastId, messageId);

    public void Keep(FakeMessage message, int limit)
    {
        _messages[message.Id] = message;
        _order.Enqueue(message.Id);
        // chains of replies would keep everything
        if (_order.Count > limit && _messages.Remove(_order.Dequeue(), out var old)) old.ReplyTo = null;
    }

    /// <summary>Null also when it was deleted.</summary>
    public FakeMessage? Find(long messageId) =>
        messageId <= int.MaxValue && _messages.TryGetValue((int)messageId, out var message) && !message.IsDeleted ? message : null;

    public JsonObject Json()
    {
        JsonObject json = new() { ["id"] = Id, ["type"] = Type };
        if (Person is { } person)
        {
            json["first_name"] = person.FirstName;
            if (person.LastName is not null) json["last_name"] = person.LastName;
            if (person.Username is not null) json["username"] = person.Username;
            return json;
        }

        json["title"] = Title;
        if (Username is not null) json["username"] = Username;
        if (IsForum) json["is_forum"] = true;
        return json;
    }
}
