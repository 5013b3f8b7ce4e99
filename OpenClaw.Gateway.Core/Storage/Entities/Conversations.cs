using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Tenancy;

namespace OpenClaw.Gateway.Core.Storage.Entities;

/// <summary>Where a session stands in its life.</summary>
public enum SessionState : byte
{
    /// <summary>Prepared, no message yet.</summary>
    Init = 1,

    /// <summary>In use.</summary>
    Active = 2,

    /// <summary>Idle.</summary>
    Dormant = 3,

    /// <summary>Ended, or idle for long.</summary>
    Expired = 4,

    /// <summary>Moved to the archive.</summary>
    Archived = 5,
}

/// <summary>A conversation's state. Written by the journal.</summary>
public sealed class Session : ITenantOwned
{
    /// <summary>UUIDv8: SHA-256 of root key and episode.</summary>
    public Guid Id { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>The channel.</summary>
    public Guid ChannelId { get; set; }

    /// <summary>UUIDv8 of the root key: the same for all episodes of an address.</summary>
    public Guid RootId { get; set; }

    /// <summary>From 1; closing a session ends the episode.</summary>
    public int Episode { get; set; }

    /// <summary>The platform's conversation.</summary>
    public required string Conversation { get; set; }

    /// <summary>The platform's thread.</summary>
    public string? Thread { get; set; }

    /// <summary>The user that opened it.</summary>
    public required string UserId { get; set; }

    /// <summary>The user's name, where known.</summary>
    public string? UserName { get; set; }

    /// <summary>State.</summary>
    public SessionState State { get; set; }

    /// <summary>The agent that answered last.</summary>
    public Guid? AgentId { get; set; }

    /// <summary>True when an operator or a handoff chose the agent.</summary>
    public bool Assigned { get; set; }

    /// <summary>Entries so far. May lag by the unfinished group after a crash; MAX(Seq) of its messages is the truth.</summary>
    public long LastSeq { get; set; }

    /// <summary>The agents' JSON object.</summary>
    public string? Context { get; set; }

    /// <summary>The user's preferences, a JSON object.</summary>
    public string? Preferences { get; set; }

    /// <summary>Settings of the agent for this session, a JSON object.</summary>
    public string? AgentSettings { get; set; }

    /// <summary>Bound tools, a JSON array.</summary>
    public string? Tools { get; set; }

    /// <summary>First message.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When the episode was ended (closed, or the agent said so); the next message opens the next one. Null while it may go on.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Last message. Written at most once a second per session while messages flow.</summary>
    public DateTimeOffset LastActivityAt { get; set; }

    /// <summary>The operator who answers in the agent's place; null = the agent answers. Empty = a program with an API key.</summary>
    public Guid? TakenById { get; set; }

    /// <summary>The operator's name, for people.</summary>
    public string? TakenByName { get; set; }

    /// <summary>Since when an operator answers.</summary>
    public DateTimeOffset? TakenAt { get; set; }

    /// <summary>What the operator left for the agent when handing back; goes with the agent's next request and is then cleared.</summary>
    public string? NoteToAgent { get; set; }
}

/// <summary>
/// One durable entry of a session, the user's or the answer, with its trace. Written by the journal only.
/// </summary>
public sealed class Message : ITenantOwned
{
    /// <summary>Key, in order of arrival; see <see cref="MessagePosition"/>.</summary>
    public long Position { get; set; }

    /// <summary>UUIDv7 whose millisecond is the position's.</summary>
    public Guid Id { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>The channel.</summary>
    public Guid ChannelId { get; set; }

    /// <summary>The session.</summary>
    public Guid SessionId { get; set; }

    /// <summary>From 1 without gaps.</summary>
    public long Seq { get; set; }

    /// <summary>Author.</summary>
    public MessageFrom From { get; set; }

    /// <summary>The platform's id.</summary>
    public string? ExternalId { get; set; }

    /// <summary>The author's id where it is not the session's user.</summary>
    public string? UserId { get; set; }

    /// <summary>The author's name where it is not the session's.</summary>
    public string? UserName { get; set; }

    /// <summary>Text.</summary>
    public string Text { get; set; } = "";

    /// <summary><see cref="MessageExtras"/> as JSON.</summary>
    public string? Extras { get; set; }

    /// <summary>Accepted or written at.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>State.</summary>
    public MessageState State { get; set; }

    /// <summary>What somebody must still do with it; null when nothing. In the one partial index.</summary>
    public PendingWork? Pending { get; set; }

    /// <summary>When that is due.</summary>
    public DateTimeOffset? DueAt { get; set; }

    /// <summary>The seq of the entry that this one answers.</summary>
    public long? InReplyToSeq { get; set; }

    /// <summary>Rises with handoff and replay.</summary>
    public int Run { get; set; }

    /// <summary>Number of the reply within its run, from 0.</summary>
    public int Index { get; set; }

    /// <summary>Stage times.</summary>
    public DateTimeOffset? RoutedAt { get; set; }

    /// <summary>Given to the agent.</summary>
    public DateTimeOffset? DispatchedAt { get; set; }

    /// <summary>The answer was complete.</summary>
    public DateTimeOffset? AnsweredAt { get; set; }

    /// <summary>The platform has it (replies).</summary>
    public DateTimeOffset? DeliveredAt { get; set; }

    /// <summary>Requests made to agents.</summary>
    public int Attempts { get; set; }

    /// <summary>The agent that answered, or wrote this reply.</summary>
    public Guid? AgentId { get; set; }

    /// <summary>The routing decision as JSON: {rule,version,strategy,agent,why}.</summary>
    public string? Route { get; set; }

    /// <summary>What went wrong last.</summary>
    public string? Error { get; set; }

    /// <summary>The platform's receipt.</summary>
    public string? Receipt { get; set; }
}

/// <summary>
/// Where a session's entry stands: the one index by session. Written by the journal behind the messages, in order of session, because an
/// entry at a time in random order costs more than the message itself (docs/adr on the storage path).
/// </summary>
public sealed class SessionEntry
{
    /// <summary>The session.</summary>
    public Guid SessionId { get; set; }

    /// <summary>The entry's number.</summary>
    public long Seq { get; set; }

    /// <summary>Its row in Messages.</summary>
    public long Position { get; set; }
}

/// <summary>What is still to be done with an entry.</summary>
public enum PendingWork : byte
{
    /// <summary>To be handled by the pipeline.</summary>
    Handle = 1,

    /// <summary>A late answer is awaited.</summary>
    LateAnswer = 2,

    /// <summary>A reply to be sent by a channel's lane.</summary>
    Send = 3,
}

/// <summary>A message that could not go on.</summary>
public sealed class DeadLetter : ITenantOwned
{
    /// <summary>Key.</summary>
    public Guid Id { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>One of <see cref="Stages"/>.</summary>
    public required string Stage { get; set; }

    /// <summary>One of <see cref="DeadLetterCauses"/>.</summary>
    public required string Cause { get; set; }

    /// <summary>What happened, for people; without secrets.</summary>
    public required string Detail { get; set; }

    /// <summary>Requests made.</summary>
    public int Attempts { get; set; }

    /// <summary>First failure.</summary>
    public DateTimeOffset FirstAt { get; set; }

    /// <summary>Last failure.</summary>
    public DateTimeOffset LastAt { get; set; }

    /// <summary>The same for failures of one sort: hex of a hash over stage, cause, channel, agent and the detail without ids.</summary>
    public required string Fingerprint { get; set; }

    /// <summary><c>never_sent</c>, <c>unknown</c> or <c>sent</c>.</summary>
    public required string Risk { get; set; }

    /// <summary>The message.</summary>
    public Guid MessageId { get; set; }

    /// <summary>Its session.</summary>
    public Guid SessionId { get; set; }

    /// <summary>Its channel.</summary>
    public Guid ChannelId { get; set; }

    /// <summary>The agent that failed, where one was chosen.</summary>
    public Guid? AgentId { get; set; }

    /// <summary>What a replay would send: a JSON object {text, attachments, button}.</summary>
    public required string Payload { get; set; }

    /// <summary>One of <see cref="DeadLetterStates"/>.</summary>
    public required string State { get; set; }

    /// <summary>The message's position in Messages: the order of the messages.</summary>
    public long Position { get; set; }

    /// <summary>The dead letter whose replay ended in this one.</summary>
    public Guid? PreviousId { get; set; }

    /// <summary>The replay of many that it was last a part of.</summary>
    public Guid? ReplayId { get; set; }

    /// <summary>What the replay sends in place of <see cref="Payload"/>, where a person changed it.</summary>
    public string? ReplayPayload { get; set; }

    /// <summary>The agent that the replay asks, where a person chose one.</summary>
    public Guid? ReplayAgentId { get; set; }

    /// <summary>When it was replayed, discarded or released.</summary>
    public DateTimeOffset? ResolvedAt { get; set; }

    /// <summary>By whom.</summary>
    public string? ResolvedBy { get; set; }
}

/// <summary>An uploaded attachment.</summary>
public sealed class Upload : ITenantOwned
{
    /// <summary>Key; also the blob's id.</summary>
    public Guid Id { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>The channel it came by.</summary>
    public Guid ChannelId { get; set; }

    /// <summary>The session whose messages may use it (root id: it survives the end of an episode).</summary>
    public Guid RootId { get; set; }

    /// <summary>The client's id of the upload; unique per root.</summary>
    public required string ClientId { get; set; }

    /// <summary>File name as given.</summary>
    public required string Name { get; set; }

    /// <summary>Media type as given.</summary>
    public required string ContentType { get; set; }

    /// <summary>Bytes.</summary>
    public long Size { get; set; }

    /// <summary>When it was complete.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When a message used it; unused ones go after 24 h.</summary>
    public DateTimeOffset? UsedAt { get; set; }
}
