using OpenClaw.Gateway.Core.Tenancy;

namespace OpenClaw.Gateway.Core.Storage.Entities;

/// <summary>What an operator wrote down about a session. Never sent to the user or an agent.</summary>
public sealed class SessionNote : ITenantOwned
{
    /// <summary>Key, in order of time.</summary>
    public Guid Id { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>The session.</summary>
    public Guid SessionId { get; set; }

    /// <summary>The person or key that wrote it.</summary>
    public Guid AuthorId { get; set; }

    /// <summary>Their name at that time.</summary>
    public required string AuthorName { get; set; }

    /// <summary>Text.</summary>
    public required string Text { get; set; }

    /// <summary>When it was written.</summary>
    public DateTimeOffset At { get; set; }
}

/// <summary>A list's filter that a person keeps under a name.</summary>
public sealed class SavedFilter : ITenantOwned
{
    /// <summary>Key.</summary>
    public Guid Id { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>Whose it is.</summary>
    public Guid PersonId { get; set; }

    /// <summary>The page's name, as in its address.</summary>
    public required string Page { get; set; }

    /// <summary>1–80 characters, unique per person and page.</summary>
    public required string Name { get; set; }

    /// <summary>The query of the page's address, without the question mark.</summary>
    public required string Query { get; set; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>One run of a job, of the whole installation.</summary>
public sealed class JobRun
{
    /// <summary>Key, in order of time.</summary>
    public Guid Id { get; set; }

    /// <summary>The job's name, as in <c>sessions-archive</c>.</summary>
    public required string Job { get; set; }

    /// <summary>When it began.</summary>
    public DateTimeOffset StartedAt { get; set; }

    /// <summary>When it ended; null while it runs, or when the process died in it.</summary>
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary><c>running</c>, <c>done</c>, <c>failed</c> or <c>stopped</c>.</summary>
    public required string Outcome { get; set; }

    /// <summary>Items handled, or that would be.</summary>
    public long Items { get; set; }

    /// <summary>Nothing was changed: only counted.</summary>
    public bool DryRun { get; set; }

    /// <summary>What went wrong or is worth knowing, for people, a line each.</summary>
    public string? Detail { get; set; }

    /// <summary><c>schedule</c>, or who asked for it.</summary>
    public required string StartedBy { get; set; }

    /// <summary>The node that ran it.</summary>
    public required string Node { get; set; }
}
