using OpenClaw.Gateway.Core.Tenancy;

namespace OpenClaw.Gateway.Core.Storage.Entities;

/// <summary>A replay of many dead letters: what was chosen, how it goes about it, how far it is.</summary>
public sealed class Replay : ITenantOwned
{
    /// <summary>Key, in order of time.</summary>
    public Guid Id { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary><c>preparing</c>, <c>running</c>, <c>paused</c>, <c>stopped</c> (by its own rule), <c>cancelled</c>, <c>done</c> or <c>failed</c>.</summary>
    public required string State { get; set; }

    /// <summary>Why it is in that state, for people.</summary>
    public string? Reason { get; set; }

    /// <summary>What was chosen, a JSON object: {ids|group|since,until,…,includeUnknown}.</summary>
    public required string Selection { get; set; }

    /// <summary>Another agent to ask; null = whoever the routing says.</summary>
    public Guid? AgentId { get; set; }

    /// <summary>The answers are stored and compared, and nobody is sent them.</summary>
    public bool Shadow { get; set; }

    /// <summary>In steps of 1, 5, 20, 100, each of which must go well.</summary>
    public bool Canary { get; set; }

    /// <summary>The share that may fail again in a step, 0 to 1.</summary>
    public double StopShare { get; set; }

    /// <summary>At most so many begun per second; 0 = as fast as it goes.</summary>
    public double RatePerSecond { get; set; }

    /// <summary>Dead letters that were chosen.</summary>
    public int Total { get; set; }

    /// <summary>Of these, left out: their risk is not known and nobody asked for them, or somebody else replayed or discarded them meanwhile.</summary>
    public int Skipped { get; set; }

    /// <summary>Begun.</summary>
    public int Started { get; set; }

    /// <summary>Answered.</summary>
    public int Answered { get; set; }

    /// <summary>Failed again.</summary>
    public int Failed { get; set; }

    /// <summary>The canary's step, from 0; past the steps all the rest goes.</summary>
    public int Step { get; set; }

    /// <summary>Who asked for it.</summary>
    public required string StartedBy { get; set; }

    /// <summary>When.</summary>
    public DateTimeOffset StartedAt { get; set; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; set; }
}

/// <summary>One dead letter of a replay.</summary>
public sealed class ReplayItem : ITenantOwned
{
    /// <summary>The replay.</summary>
    public Guid ReplayId { get; set; }

    /// <summary>Its place, from 1: in order of the messages.</summary>
    public int Ordinal { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>The dead letter.</summary>
    public Guid LetterId { get; set; }

    /// <summary><c>waiting</c>, <c>started</c>, <c>answered</c>, <c>failed</c> or <c>skipped</c>.</summary>
    public required string State { get; set; }

    /// <summary>Why it failed or was left out, for people.</summary>
    public string? Detail { get; set; }

    /// <summary>What the shadow agent answered, a JSON object; null when it was no shadow.</summary>
    public string? Answer { get; set; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; set; }
}
