using OpenClaw.Gateway.Core.Tenancy;

namespace OpenClaw.Gateway.Core.Storage.Entities;

/// <summary>What a channel's connection has to remember over restarts: an offset, a resumable session, what it has seen last.</summary>
public sealed class ChannelNote : ITenantOwned
{
    /// <summary>Key together with <see cref="Name"/>.</summary>
    public Guid ChannelId { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>What it is, in the connection's own words: at most 200 characters.</summary>
    public required string Name { get; set; }

    /// <summary>The value; encrypted with Data Protection where it is a credential.</summary>
    public required string Value { get; set; }

    /// <summary>When it was written.</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>When it means nothing any more; null = never.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }
}

/// <summary>A time in which messages of a channel may have been missed, and what became of them.</summary>
public sealed class ChannelGap : ITenantOwned
{
    /// <summary>Key, in order of time.</summary>
    public Guid Id { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>The channel.</summary>
    public Guid ChannelId { get; set; }

    /// <summary>The last proof of life before it.</summary>
    public DateTimeOffset StartedAt { get; set; }

    /// <summary>When the connection had caught up; null while it has not.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Why the connection was not there.</summary>
    public required string Reason { get; set; }

    /// <summary>Messages of it that were brought in afterwards.</summary>
    public int Recovered { get; set; }

    /// <summary>Messages that are known to be lost; null = nobody can know. Holds once it has ended.</summary>
    public int? Missed { get; set; }

    /// <summary>What was found, for people.</summary>
    public string? Detail { get; set; }
}

/// <summary>A platform gave a conversation another id (a group became a supergroup): both lead to the same sessions.</summary>
public sealed class ConversationAlias : ITenantOwned
{
    /// <summary>Key together with <see cref="Alias"/>.</summary>
    public Guid ChannelId { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>The id that the platform uses now.</summary>
    public required string Alias { get; set; }

    /// <summary>The first id that the conversation had: the one that its sessions are kept under.</summary>
    public required string Conversation { get; set; }

    /// <summary>When it was told.</summary>
    public DateTimeOffset At { get; set; }
}

/// <summary>Whether somebody may write to a channel that lets people in one by one.</summary>
public enum PairingState : byte
{
    /// <summary>Has written, and waits.</summary>
    Waiting = 1,

    /// <summary>Was let in.</summary>
    Approved = 2,

    /// <summary>Was refused: is not answered.</summary>
    Denied = 3,
}

/// <summary>A person who has written to a channel with <c>access</c> <c>pairing</c>.</summary>
public sealed class Pairing : ITenantOwned
{
    /// <summary>Key, in order of time.</summary>
    public Guid Id { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>The channel.</summary>
    public Guid ChannelId { get; set; }

    /// <summary>The person's id on the platform.</summary>
    public required string UserId { get; set; }

    /// <summary>The person's name there.</summary>
    public string? UserName { get; set; }

    /// <summary>What the person was told, and tells who lets them in: eight letters and digits.</summary>
    public required string Code { get; set; }

    /// <summary>How it stands.</summary>
    public PairingState State { get; set; }

    /// <summary>When they first wrote.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When they last wrote while they waited.</summary>
    public DateTimeOffset LastAt { get; set; }

    /// <summary>When somebody decided.</summary>
    public DateTimeOffset? DecidedAt { get; set; }

    /// <summary>Who decided.</summary>
    public string? DecidedBy { get; set; }
}

/// <summary>The message of a platform that shows an answer while it grows. Known before its first edit, so that none is left behind.</summary>
public sealed class AnswerPreview : ITenantOwned
{
    /// <summary>Key: the message that is answered, together with <see cref="Run"/> and <see cref="Index"/>.</summary>
    public Guid MessageId { get; set; }

    /// <summary>The message's run.</summary>
    public int Run { get; set; }

    /// <summary>Which of the answer's replies it is, from 0.</summary>
    public int Index { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>The channel.</summary>
    public Guid ChannelId { get; set; }

    /// <summary>The session.</summary>
    public Guid SessionId { get; set; }

    /// <summary>The reply that it is to become.</summary>
    public Guid ReplyId { get; set; }

    /// <summary>The platform's id of it.</summary>
    public required string Receipt { get; set; }

    /// <summary>When it was first shown.</summary>
    public DateTimeOffset At { get; set; }
}
