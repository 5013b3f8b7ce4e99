using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Journal;

/// <summary>A session's row while it is in memory. Times in microseconds (<see cref="Micros"/>), JSON as UTF-8.</summary>
internal sealed class SessionRecord
{
    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public required Guid ChannelId { get; init; }
    public required Guid RootId { get; init; }
    public required int Episode { get; init; }
    public required string Conversation { get; init; }
    public string? Thread { get; init; }
    public required string UserId { get; init; }
    public string? UserName { get; set; }
    public SessionState State { get; set; } = SessionState.Init;
    public Guid AgentId { get; set; }
    public bool Assigned { get; set; }

    /// <summary>Set by the journal inside the transaction.</summary>
    public long LastSeq { get; set; }
    public byte[]? Context { get; set; }
    public byte[]? Preferences { get; set; }
    public byte[]? AgentSettings { get; set; }
    public byte[]? Tools { get; set; }
    public long CreatedAt { get; set; }
    public long EndedAt { get; set; }
    public long LastActivityAt { get; set; }

    /// <summary>The operator who answers in the agent's place (empty: a program), their name, and since when; null = the agent answers.</summary>
    public Guid? TakenById { get; set; }
    public string? TakenByName { get; set; }
    public long TakenAt { get; set; }

    /// <summary>For the agent's next request.</summary>
    public string? NoteToAgent { get; set; }

    /// <summary>True when the row is in the database. Owned by the journal.</summary>
    public bool Stored { get; set; }

    /// <summary>The group that has this row. Owned by the journal.</summary>
    public long InGroup { get; set; }

    /// <summary>When the journal last wrote this row: activity alone is written at most once a second.</summary>
    public long WrittenAt { get; set; }

    /// <summary>Something other than activity changed since. Set and cleared on the journal's thread.</summary>
    public bool Changed { get; set; }
}
