using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>Who wrote an entry of a session.</summary>
public enum MessageFrom : byte
{
    /// <summary>A person on the channel.</summary>
    User = 1,

    /// <summary>An agent.</summary>
    Agent = 2,

    /// <summary>A person of the tenant, through portal or API.</summary>
    Operator = 3,
}

/// <summary>How far an entry has come (contract: Message.state).</summary>
public enum MessageState : byte
{
    /// <summary>Durable, not yet given to an agent.</summary>
    Accepted = 1,

    /// <summary>An agent works on it.</summary>
    Dispatched = 2,

    /// <summary>The agent answers later by API (202).</summary>
    Waiting = 3,

    /// <summary>Answered; also the state of agents' and operators' own entries.</summary>
    Answered = 4,

    /// <summary>A rule dropped it.</summary>
    Dropped = 5,

    /// <summary>It could not go on; see its dead letter.</summary>
    Dead = 6,
}

/// <summary>An attachment whose bytes are in the blob store. <c>Size</c> in bytes.</summary>
public sealed record AttachmentRef(Guid Blob, string Name, string ContentType, long Size);

/// <summary>A button offered with a reply; <c>Value</c> comes back when it is pressed.</summary>
public sealed record MessageButton(string Text, string Value);

/// <summary>One line of a card.</summary>
public sealed record CardField(string Name, string Value);

/// <summary>A card shown with a reply.</summary>
public sealed record MessageCard(string? Title, string? Text, IReadOnlyList<CardField>? Fields, string? ImageUrl);

/// <summary>
/// What a channel's listener knows of a sender that may be no person; null for people. A channel that carries hops sends with each reply one more than the
/// reply has (none counts as 0), and its listener puts what it finds here.
/// </summary>
/// <param name="Hops">How many gateways' answers led to this message.</param>
/// <param name="IsBot">The platform says that the sender is a bot.</param>
/// <param name="IsOwn">The sender is the channel's own account.</param>
public sealed record MessageSender(int Hops = 0, bool IsBot = false, bool IsOwn = false);

/// <summary>What a mail carries beside its new text. Addresses are <c>name@example.com</c>, without names.</summary>
/// <param name="Subject">What it is about.</param>
/// <param name="To">Whom it was sent to.</param>
/// <param name="Cc">Who got a copy.</param>
/// <param name="Date">When it was written, as its sender's clock had it.</param>
/// <param name="Quoted">The text that it quotes: what was written before.</param>
/// <param name="Signature">The sender's signature.</param>
/// <param name="Left">What of it could not be taken, a line each (a file that is too large).</param>
public sealed record MailDetails(
    string? Subject, IReadOnlyList<string>? To = null, IReadOnlyList<string>? Cc = null, DateTimeOffset? Date = null, string? Quoted = null, string? Signature = null, IReadOnlyList<string>? Left = null);

/// <summary>Who answers a message, as the program that sent it chose: the rules are not asked. Kept with the message, as it may be handled after a restart.</summary>
/// <param name="Agent">This agent.</param>
/// <param name="Pool">One of this pool's agents.</param>
public sealed record MessageChoice(Guid? Agent = null, Guid? Pool = null);

/// <summary>
/// What a message carries beside its text; null in place of an instance where there is nothing. <c>IsGroup</c>: it was written where several people read along
/// (null = it was not). <c>Mail</c>: it came as a mail. <c>Choice</c>: the program that sent it chose who answers.
/// </summary>
public sealed record MessageExtras(
    IReadOnlyList<AttachmentRef>? Attachments = null,
    IReadOnlyList<MessageButton>? Buttons = null,
    MessageCard? Card = null,
    string? Button = null,
    MessageSender? Sender = null,
    bool? IsGroup = null,
    MailDetails? Mail = null,
    MessageChoice? Choice = null)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>The form kept in the database: one JSON object.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>Reads what <see cref="ToJson"/> wrote; null for null or empty.</summary>
    public static MessageExtras? FromJson(string? json) => string.IsNullOrEmpty(json) ? null : JsonSerializer.Deserialize<MessageExtras>(json, Json);
}
