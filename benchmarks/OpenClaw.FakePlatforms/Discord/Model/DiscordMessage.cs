using System.Text.Json.Nodes;

namespace OpenClaw.FakePlatforms.Discord.Model;

/// <summary>A message as it stands now, with the texts it had before.</summary>
internal sealed class DiscordMessage(ulong number, DiscordChannel channel, DiscordUser author, DateTimeOffset sentAt)
{
    public const int SuppressEmbeds = 1 << 2;
    public const int Ephemeral = 1 << 6;
    public const int Loading = 1 << 7;

    private readonly List<string> _past = [];

    public ulong Number { get; } = number;

    public string Id => Snowflakes.Text(Number);

    public DiscordChannel Channel { get; } = channel;

    public DiscordUser Author { get; } = author;

    public DateTimeOffset SentAt { get; } = sentAt;

    public DateTimeOffset? EditedAt { get; set; }

    /// <summary>0: an ordinary one; 19: a reply; 20: the answer to a command.</summary>
    public int Type { get; set; }

    public string Content { get; private set; } = "";

    /// <summary>The texts before each edit, oldest first.</summary>
    public IReadOnlyList<string> Past => _past;

    public JsonArray Embeds { get; set; } = [];

    public JsonArray Components { get; set; } = [];

    public IReadOnlyList<DiscordAttachment> Attachments { get; set; } = [];

    public int Flags { get; set; }

    /// <summary>As it was sent: a text or a number.</summary>
    public JsonNode? Nonce { get; set; }

    /// <summary>What it replies to; that message may be gone by now.</summary>
    public DiscordMessage? ReplyTo { get; set; }

    public IReadOnlyList<DiscordUser> Mentions { get; set; } = [];

    public bool MentionsEveryone { get; set; }

    public IReadOnlyList<string> Stickers { get; set; } = [];

    /// <summary>The bot whose interaction it answers.</summary>
    public DiscordInteraction? Interaction { get; set; }

    public bool IsDeleted { get; set; }

    public DiscordChannel? Thread { get; set; }

    public List<(string Emoji, DiscordUser User)> Reactions { get; } = [];

    /// <summary>A deferred answer that still says "is thinking".</summary>
    public bool IsLoading => (Flags & Loading) != 0;

    /// <summary>Only the one who asked sees it.</summary>
    public bool IsEphemeral => (Flags & Ephemeral) != 0;

    /// <summary>Every button and select of its rows.</summary>
    public IEnumerable<JsonObject> Controls => ControlsIn(Components);

    public static IEnumerable<JsonObject> ControlsIn(JsonArray components) =>
        components.OfType<JsonObject>().SelectMany(c => c["components"] is JsonArray inner ? ControlsIn(inner) : [c]);

    public void SetContent(string content) => Content = content;

    public void Rewrite(string content, DateTimeOffset now)
    {
        _past.Add(Content);
        Content = content;
        EditedAt = now;
    }

    public override string ToString() => $"{Author.Name} in {Channel.Name}: {Content}";
}
