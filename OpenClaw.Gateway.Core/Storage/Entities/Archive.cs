using OpenClaw.Gateway.Core.Tenancy;

namespace OpenClaw.Gateway.Core.Storage.Entities;

/// <summary>Where an archived session's messages are. Its row in Sessions stays, with state <see cref="SessionState.Archived"/>.</summary>
public sealed class ArchivedSession : ITenantOwned
{
    /// <summary>Key: the session.</summary>
    public Guid SessionId { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>The channel that it came by; may be deleted since.</summary>
    public Guid ChannelId { get; set; }

    /// <summary>The transcript's file, a fresh id with every archiving.</summary>
    public Guid File { get; set; }

    /// <summary>Entries in the transcript.</summary>
    public long Messages { get; set; }

    /// <summary>Bytes of the transcript before compression.</summary>
    public long Bytes { get; set; }

    /// <summary>Bytes of the file.</summary>
    public long FileBytes { get; set; }

    /// <summary>SHA-256 of the file, 32 bytes.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>The session's last message (or its end): what retention counts from.</summary>
    public DateTimeOffset LastActivityAt { get; set; }

    /// <summary>When it was archived.</summary>
    public DateTimeOffset ArchivedAt { get; set; }

    /// <summary>The rows of its messages are gone. False while they are being removed, or brought back.</summary>
    public bool RowsRemoved { get; set; }

    /// <summary>What is wrong with the file, as it was last read; null = nothing.</summary>
    public string? Fault { get; set; }
}

/// <summary>Keeps conversations from being deleted, by retention or by an erasure, until it is released.</summary>
public sealed class LegalHold : ITenantOwned
{
    /// <summary>Key.</summary>
    public Guid Id { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>1–80 characters, unique per tenant.</summary>
    public required string Name { get; set; }

    /// <summary>Why, for people.</summary>
    public string? Reason { get; set; }

    /// <summary>Holds that session alone.</summary>
    public Guid? SessionId { get; set; }

    /// <summary>Holds that user's sessions (the platform's id); with <see cref="ChannelId"/> those of that channel alone.</summary>
    public string? UserId { get; set; }

    /// <summary>Holds that channel's sessions.</summary>
    public Guid? ChannelId { get; set; }

    /// <summary>Who asked for it.</summary>
    public required string CreatedBy { get; set; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it was last changed.</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Rises with every change; the ETag and the concurrency token.</summary>
    public int Version { get; set; }
}

/// <summary>A person's wish to be forgotten, and what became of it. When it is done, nothing here names the person.</summary>
public sealed class Erasure : ITenantOwned
{
    /// <summary>Key.</summary>
    public Guid Id { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>The person's id on the platform, encrypted with Data Protection; null once it is done.</summary>
    public string? Person { get; set; }

    /// <summary>Stands for the person wherever something must be said of them: made of random bits.</summary>
    public required string Pseudonym { get; set; }

    /// <summary>The channel whose user is meant; null = all.</summary>
    public Guid? ChannelId { get; set; }

    /// <summary>Why, for people.</summary>
    public string? Reason { get; set; }

    /// <summary><c>pending</c>, <c>running</c>, <c>done</c> or <c>failed</c>.</summary>
    public required string State { get; set; }

    /// <summary>What was removed and what a hold kept: a JSON object of the contract's form.</summary>
    public string? Report { get; set; }

    /// <summary>Who asked for it.</summary>
    public required string RequestedBy { get; set; }

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; set; }
}
