using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Tenancy;

namespace OpenClaw.Gateway.Core.Storage.Entities;

/// <summary>What people have set about the running of a channel or an agent: none of it is configuration, so none of it changes a version.</summary>
public sealed class SubjectState : ITenantOwned
{
    /// <summary>Key: the channel or agent.</summary>
    public Guid SubjectId { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>What it is.</summary>
    public SubjectKind Kind { get; set; }

    /// <summary>Whether work flows.</summary>
    public SubjectFlow Flow { get; set; }

    /// <summary>Why it does not, in the words of who said so.</summary>
    public string? FlowReason { get; set; }

    /// <summary>Who said so.</summary>
    public string? FlowBy { get; set; }

    /// <summary>When.</summary>
    public DateTimeOffset? FlowAt { get; set; }

    /// <summary>The circuit is held in this state; null = it decides itself.</summary>
    public CircuitState? Forced { get; set; }

    /// <summary>Why, in the words of who forced it.</summary>
    public string? ForcedReason { get; set; }

    /// <summary>Who forced it.</summary>
    public string? ForcedBy { get; set; }

    /// <summary>When.</summary>
    public DateTimeOffset? ForcedAt { get; set; }

    /// <summary>Until when; null = until somebody lets go.</summary>
    public DateTimeOffset? ForcedUntil { get; set; }
}

/// <summary>
/// One attempt that did not end well: a request to an agent, or a reply's way to its platform. The last attempt of a message stands in the message
/// itself until another one begins, so that what works at once costs no row here.
/// </summary>
public sealed class Attempt : ITenantOwned
{
    /// <summary>Key, in order of time.</summary>
    public Guid Id { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>The session.</summary>
    public Guid SessionId { get; set; }

    /// <summary>The message that was asked about, or the reply that was sent.</summary>
    public Guid MessageId { get; set; }

    /// <summary>From 1, over all agents of a run.</summary>
    public int Number { get; set; }

    /// <summary>The message's run.</summary>
    public int Run { get; set; }

    /// <summary>The agent that was asked; null for a reply on its way.</summary>
    public Guid? AgentId { get; set; }

    /// <summary>When it began.</summary>
    public DateTimeOffset StartedAt { get; set; }

    /// <summary>When it ended; null when the process died in it.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>What kind of failure it was.</summary>
    public FailureKind Kind { get; set; }

    /// <summary>One of <see cref="DeadLetterCauses"/>.</summary>
    public required string Cause { get; set; }

    /// <summary>What happened, for people, with at most the first 2 KB of what the other side said; no secrets.</summary>
    public required string Detail { get; set; }

    /// <summary>It was to find out whether the other side is back: it does not count against the policy.</summary>
    public bool Probe { get; set; }

    /// <summary>When the next attempt was due; null: there was none.</summary>
    public DateTimeOffset? NextAt { get; set; }
}

/// <summary>How far a reply of a channel with a lane is on its way. Made with the first attempt; what a socket takes needs none.</summary>
public sealed class Delivery : ITenantOwned
{
    /// <summary>Key: the reply's position in Messages.</summary>
    public long Position { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>The reply.</summary>
    public Guid MessageId { get; set; }

    /// <summary>Its channel.</summary>
    public Guid ChannelId { get; set; }

    /// <summary>Its session.</summary>
    public Guid SessionId { get; set; }

    /// <summary><c>started</c>, <c>waiting</c>, <c>sent</c> or <c>failed</c>.</summary>
    public required string State { get; set; }

    /// <summary>Attempts so far.</summary>
    public int Attempts { get; set; }

    /// <summary>When the running or last attempt began.</summary>
    public DateTimeOffset StartedAt { get; set; }

    /// <summary>When the next one is due.</summary>
    public DateTimeOffset? NextAt { get; set; }

    /// <summary>A JSON array of its parts: {index, state, receipt, at}.</summary>
    public string Parts { get; set; } = "[]";

    /// <summary>An attempt broke off without anybody knowing whether the platform has it, and it was sent again.</summary>
    public bool PossibleDuplicate { get; set; }

    /// <summary>What went wrong last.</summary>
    public string? Error { get; set; }
}

/// <summary>Faults that a person puts in the way of a channel or agent that is marked as a test, for a time.</summary>
public sealed class Drill : ITenantOwned
{
    /// <summary>Key.</summary>
    public Guid Id { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>The channel or agent.</summary>
    public Guid SubjectId { get; set; }

    /// <summary>What it is.</summary>
    public SubjectKind Kind { get; set; }

    /// <summary>The faults and their shares, a JSON object in the contract's form.</summary>
    public required string Faults { get; set; }

    /// <summary>Who started it.</summary>
    public required string StartedBy { get; set; }

    /// <summary>When.</summary>
    public DateTimeOffset StartedAt { get; set; }

    /// <summary>When it ends by itself.</summary>
    public DateTimeOffset Until { get; set; }

    /// <summary>When somebody ended it before.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Calls that were disturbed.</summary>
    public long Hits { get; set; }
}
