using System.Text.Json;
using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.DeadLetters;

namespace OpenClaw.Gateway.Core.Administration.Conversations;

/// <summary>The person at the other end, as the platform names them.</summary>
public sealed record UserView(string Id, string? Name);

/// <summary>The operator who answers in the agent's place. <c>Id</c> is the person's; of a program with an API key the key's.</summary>
public sealed record TakenByView(Guid Id, string Name, DateTimeOffset At);

/// <summary>A session (contract: Session).</summary>
public record SessionView
{
    /// <summary>Its id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The channel's id.</summary>
    public required Guid Channel { get; init; }

    /// <summary>The channel's kind; null when the channel was deleted.</summary>
    public required string? ChannelKind { get; init; }

    /// <summary>The platform's conversation.</summary>
    public required string Conversation { get; init; }

    /// <summary>The platform's thread, where there is one.</summary>
    public required string? Thread { get; init; }

    /// <summary>Who opened it.</summary>
    public required UserView User { get; init; }

    /// <summary>From 1; closing a session ends the episode.</summary>
    public required int Episode { get; init; }

    /// <summary><c>init</c>, <c>active</c>, <c>dormant</c>, <c>expired</c> or <c>archived</c>.</summary>
    public required string State { get; init; }

    /// <summary>The agent that it has.</summary>
    public required Guid? Agent { get; init; }

    /// <summary>True when an operator or a handoff chose the agent.</summary>
    public required bool Assigned { get; init; }

    /// <summary>The operator who answers in the agent's place; null = the agent answers.</summary>
    public TakenByView? TakenBy { get; init; }

    /// <summary>When the episode was closed or ended by an agent or the user; null while it may go on.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>First message.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Last message.</summary>
    public required DateTimeOffset LastActivityAt { get; init; }

    /// <summary>How many entries it has; also the newest entry's seq.</summary>
    public required long Messages { get; init; }

    /// <summary>The agents' JSON object.</summary>
    public required JsonElement Context { get; init; }

    /// <summary>The user's preferences, a JSON object.</summary>
    public required JsonElement Preferences { get; init; }

    /// <summary>Settings of the agent for this session, a JSON object.</summary>
    public required JsonElement AgentSettings { get; init; }

    /// <summary>Bound tools, a JSON array.</summary>
    public required JsonElement Tools { get; init; }
}

/// <summary>An attachment with a signed link that is good for an hour.</summary>
public sealed record AttachmentView(string Name, string ContentType, long Size, string Url);

/// <summary>An attempt to send a reply that did not end well. <c>Kind</c> says of what sort the failure was; <c>EndedAt</c> is null when the gateway stopped meanwhile.</summary>
public sealed record DeliveryAttemptView(int Number, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string Kind, string Cause, string Detail, DateTimeOffset? NextAt);

/// <summary>
/// What another system said of a reply after the platform had taken it. <c>Verdict</c> is <c>delivered</c>, <c>delayed</c>, <c>soft</c> (a bounce for a
/// reason that may pass), <c>hard</c> (one that will not), <c>auto_reply</c> or <c>complaint</c>; <c>Status</c> is the enhanced status code (RFC 3463) where
/// one was given; <c>Detail</c> is what that system wrote.
/// </summary>
public sealed record DeliveryReportView(string Recipient, string Verdict, string? Status, string Detail, DateTimeOffset At);

/// <summary>What a mail carries beside its new text. <c>Left</c> says what of it could not be taken, a line each.</summary>
public sealed record MailView(
    string? Subject, IReadOnlyList<string> To, IReadOnlyList<string> Cc, DateTimeOffset? Date, string? Quoted, string? Signature, IReadOnlyList<string> Left)
{
    internal static MailView? Of(MailDetails? mail) =>
        mail is null ? null : new(mail.Subject, mail.To ?? [], mail.Cc ?? [], mail.Date, mail.Quoted, mail.Signature, mail.Left ?? []);
}

/// <summary>
/// What became of a reply on its platform. <c>State</c> is <c>pending</c>, <c>delivered</c> or <c>failed</c>; <c>Parts</c> counts what it was split into,
/// <c>Attempts</c> how often it was tried (0 where the channel's connections take replies by themselves). <c>PossibleDuplicate</c>: an attempt broke off
/// without anybody knowing whether the platform has it, and it was sent again.
/// </summary>
public sealed record DeliveryView(string State, int Parts, string? Receipt, string? Error, int Attempts = 0, bool PossibleDuplicate = false)
{
    /// <summary>When the next attempt is due.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>What other systems said of it afterwards (a mail's bounce), oldest first; absent where none did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DeliveryReportView>? Reports { get; init; }

    /// <summary>The attempts that failed, oldest first; in a trace only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DeliveryAttemptView>? Failures { get; init; }
}

/// <summary>An entry of a session (contract: Message).</summary>
public record MessageView
{
    /// <summary>Its id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The platform's or client's id; null for what the gateway or an agent made.</summary>
    public required string? ExternalId { get; init; }

    /// <summary>Its session.</summary>
    public required Guid SessionId { get; init; }

    /// <summary>From 1 without gaps.</summary>
    public required long Seq { get; init; }

    /// <summary><c>user</c>, <c>agent</c> or <c>operator</c>.</summary>
    public required string From { get; init; }

    /// <summary>Text; may be empty.</summary>
    public required string Text { get; init; }

    /// <summary>Attachments with signed links.</summary>
    public required IReadOnlyList<AttachmentView> Attachments { get; init; }

    /// <summary>Buttons that a reply offers.</summary>
    public required IReadOnlyList<MessageButton> Buttons { get; init; }

    /// <summary>The value of the button that the user pressed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Button { get; init; }

    /// <summary>True where it was written with several people reading along; absent elsewhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Group { get; init; }

    /// <summary>A card.</summary>
    public required MessageCard? Card { get; init; }

    /// <summary>What it carries as a mail; absent elsewhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MailView? Mail { get; init; }

    /// <summary>What other systems said of a reply after it was sent (a mail's bounce), oldest first; absent where none did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DeliveryReportView>? Reports { get; init; }

    /// <summary>The id of the entry that this one answers.</summary>
    public required Guid? InReplyTo { get; init; }

    /// <summary>Accepted or written at.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary><c>accepted</c>, <c>dispatched</c>, <c>waiting</c>, <c>answered</c>, <c>dropped</c> or <c>dead</c>.</summary>
    public required string State { get; init; }

    /// <summary>The author where it is not the session's user (shared sessions, operators).</summary>
    [JsonIgnore]
    public UserView? Author { get; init; }

    /// <summary>The agent that wrote or answered it. For the portal.</summary>
    [JsonIgnore]
    public Guid? AgentId { get; init; }

    /// <summary>The entry that this one answers, for a quotation. For the portal.</summary>
    [JsonIgnore]
    public QuestionView? Question { get; init; }

    /// <summary>The seq of its first answer where that stands behind the part of the session that was read. For the portal.</summary>
    [JsonIgnore]
    public long? AnsweredAtSeq { get; init; }

    /// <summary>The beginning of that answer. For the portal.</summary>
    [JsonIgnore]
    public string? AnsweredText { get; init; }

    /// <summary>The text that a replay gave to the agent in place of this one; null where none did. For the portal.</summary>
    [JsonIgnore]
    public string? ReplayedText { get; init; }

    /// <summary>When what failed is tried again; null unless it waits for that. For the portal.</summary>
    [JsonIgnore]
    public DateTimeOffset? NextTryAt { get; init; }

    /// <summary>A reply that waits in its channel's lane to be sent. For the portal.</summary>
    [JsonIgnore]
    public bool IsInLane { get; init; }

    /// <summary>Requests made so far. For the portal.</summary>
    [JsonIgnore]
    public int Attempts { get; init; }

    /// <summary>How far it got on its platform; null for users' entries. For the portal; in a trace it stands with each reply.</summary>
    [JsonIgnore]
    public DeliveryView? Sent { get; init; }
}

/// <summary>An entry that another one answers: its place and the beginning of its text.</summary>
public sealed record QuestionView(Guid Id, long Seq, string Text);

/// <summary>A reply with what became of it.</summary>
public sealed record ReplyView : MessageView
{
    /// <summary>Delivery.</summary>
    public required DeliveryView Delivery { get; init; }
}

/// <summary>A stage that a message has reached. <c>Stage</c> is one of <see cref="Stages"/>; <c>Error</c> says what went wrong there.</summary>
public sealed record StageView(string Stage, DateTimeOffset At, int? Attempt, Guid? Agent, string? Error);

/// <summary>A message with its way through the gateway.</summary>
public sealed record MessageTrace : MessageView
{
    /// <summary>The W3C trace id of its way, as tracing and agents (<c>traceparent</c>) know it: the message's own id, of an answer its question's.</summary>
    public string TraceId => (InReplyTo ?? Id).ToString("N");

    /// <summary>The stages reached, in order.</summary>
    public required IReadOnlyList<StageView> Stages { get; init; }

    /// <summary>The routing decision <c>{rule,version,strategy,agent,why}</c>; null when there was none yet.</summary>
    public required JsonElement? Route { get; init; }

    /// <summary>What answered it.</summary>
    public required IReadOnlyList<ReplyView> Replies { get; init; }

    /// <summary>The requests to agents that failed, over all its replays, oldest first; absent when none did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<AttemptView>? Failures { get; init; }

    /// <summary>How the agents came to their answers, oldest first; absent where none told.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<AgentRunView>? Runs { get; init; }

    /// <summary>Its dead letters with what became of them, oldest first. For the portal; the API lists them by message.</summary>
    [JsonIgnore]
    public IReadOnlyList<TraceLetter> Letters { get; init; } = [];
}

/// <summary>A dead letter on a message's way. <c>Changed</c> when its replay took another text, <c>Agent</c> when it asked another agent; <c>By</c> replayed or resolved it.</summary>
public sealed record TraceLetter(Guid Id, string Cause, string State, DateTimeOffset At, DateTimeOffset? ResolvedAt, string? By, bool Changed, Guid? Agent);
