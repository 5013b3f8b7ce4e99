namespace OpenClaw.Gateway.Core.Channels.Telegram.Protocol;

/// <summary>A user or bot.</summary>
internal sealed record TelegramUser(long Id, bool IsBot, string? Name, string? Username, string? Language);

/// <summary>A chat. <c>Type</c>: <c>private</c>, <c>group</c>, <c>supergroup</c>, <c>channel</c>.</summary>
internal sealed record TelegramChat(long Id, string Type, string? Title, bool IsForum = false)
{
    public bool IsPrivate => Type == "private";
}

/// <summary>The bot itself, as <c>getMe</c> tells.</summary>
internal sealed record TelegramMe(TelegramUser User, bool CanJoinGroups, bool CanReadAllGroupMessages);

/// <summary>A stretch of text that means something; offsets in UTF-16 units.</summary>
internal sealed record TelegramEntity(string Type, int Offset, int Length)
{
    public string? Url { get; init; }

    public string? Language { get; init; }

    /// <summary>Whom a <c>text_mention</c> names.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public long? UserId { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    public int End => Offset + Length;
}

/// <summary>A file of a message, still at Telegram. <c>Kind</c> is the field that it came in: <c>photo</c>, <c>voice</c>, …</summary>
internal sealed record TelegramFile(string Kind, string FileId, string? Name, string? ContentType, long? Size);

/// <summary>The message that another one answers.</summary>
internal sealed record TelegramReply(long MessageId, long? FromId);

/// <summary>A message. What is not understood of it is not here.</summary>
internal sealed record TelegramMessage
{
    public required long Id { get; init; }

    public required TelegramChat Chat { get; init; }

    public TelegramUser? From { get; init; }

    /// <summary>The chat in whose name it was sent: an anonymous administrator's group, a linked channel.</summary>
    public TelegramChat? SenderChat { get; init; }

    /// <summary>The forum topic; null where there is none.</summary>
    public long? TopicId { get; init; }

    /// <summary>Text or caption.</summary>
    public string Text { get; init; } = "";

    public IReadOnlyList<TelegramEntity> Entities { get; init; } = [];

    public IReadOnlyList<TelegramFile> Files { get; init; } = [];

    /// <summary>What has no text of its own (a place, a contact, a poll), in words.</summary>
    public string? Described { get; init; }

    public TelegramReply? ReplyTo { get; init; }

    /// <summary>The same for the parts of an album; null where there is none.</summary>
    public string? Album { get; init; }

    /// <summary>The group became the supergroup of that id.</summary>
    public long? MigrateTo { get; init; }

    /// <summary>The supergroup was the group of that id.</summary>
    public long? MigrateFrom { get; init; }
}

/// <summary>A button was pressed. <c>Message</c> is the one that has it: of one that Telegram does not show any more only chat and id are known.</summary>
internal sealed record TelegramCallback(string Id, TelegramUser From, TelegramMessage? Message, string? Data);

/// <summary>The bot's standing in a chat changed. <c>Status</c>: <c>member</c>, <c>administrator</c>, <c>left</c>, <c>kicked</c>, <c>restricted</c>.</summary>
internal sealed record TelegramMembership(TelegramChat Chat, string Status);

/// <summary>An update: at most one of its contents is there. With none it is of a type that is not used.</summary>
internal sealed record TelegramUpdate(long Id)
{
    public TelegramMessage? Message { get; init; }

    public TelegramCallback? Callback { get; init; }

    public TelegramMembership? Membership { get; init; }
}

/// <summary>What a poll brought. <c>Highest</c>: the highest id that could be read; null when there was none. <c>Malformed</c>: updates that are not what their description says.</summary>
internal sealed record TelegramPoll(IReadOnlyList<TelegramUpdate> Updates, long? Highest, int Malformed);

/// <summary>How the webhook of a bot stands; an empty <c>Url</c>: there is none.</summary>
internal sealed record TelegramWebhook(string Url, long Pending, DateTimeOffset? LastErrorAt, string? LastError);

/// <summary>A file as <c>getFile</c> tells.</summary>
internal sealed record TelegramPath(string? Path, long? Size);
