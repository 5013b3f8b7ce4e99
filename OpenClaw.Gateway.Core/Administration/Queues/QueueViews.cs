using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Administration.Queues;

/// <summary>
/// How a circuit stands and what people have set about it. <c>Kind</c> is <c>agent</c> or <c>channel</c>, <c>State</c> is <c>closed</c>, <c>open</c> or
/// <c>half_open</c>, <c>Forced</c> is <c>open</c>, <c>closed</c> or null (it decides itself).
/// </summary>
/// <param name="Id">The channel or agent.</param>
/// <param name="Kind">Which of the two.</param>
/// <param name="Name">Its name.</param>
/// <param name="State">How it stands.</param>
/// <param name="Since">Since when; null when it was never open.</param>
/// <param name="ProbeAt">When the next single call is let through to see whether it works again; null unless open.</param>
/// <param name="PausedUntil">Until when the other side asked for quiet.</param>
/// <param name="Why">What failed last, for people.</param>
/// <param name="Waiting">Sessions that wait for it on this node.</param>
public sealed record CircuitItem(
    Guid Id, string Kind, string Name, string State, DateTimeOffset? Since, DateTimeOffset? ProbeAt, DateTimeOffset? PausedUntil, string? Why, int Waiting)
{
    /// <summary>The state that a person holds it in; null = it decides itself.</summary>
    public string? Forced { get; init; }

    /// <summary>Why, in that person's words.</summary>
    public string? ForcedReason { get; init; }

    /// <summary>Who.</summary>
    public string? ForcedBy { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset? ForcedAt { get; init; }

    /// <summary>Until when; null = until somebody lets go.</summary>
    public DateTimeOffset? ForcedUntil { get; init; }

    /// <summary>Calls are held back.</summary>
    [JsonIgnore]
    public bool IsOpen => State != "closed";
}

/// <summary>What waits at a channel or agent. <c>Kind</c> is <c>agent</c> or <c>channel</c>, <c>Flow</c> is <c>running</c>, <c>paused</c> or <c>draining</c>.</summary>
/// <param name="Id">The channel or agent.</param>
/// <param name="Kind">Which of the two.</param>
/// <param name="Name">Its name.</param>
/// <param name="Enabled">It is switched on.</param>
/// <param name="Flow">Whether work flows.</param>
/// <param name="Depth">Messages that are accepted and not yet answered, dropped or dead; of an agent those that it was given, and at least one of each session that waits for it.</param>
/// <param name="Sessions">Sessions that these belong to.</param>
/// <param name="OldestAt">When the oldest of them was accepted; null when there is none.</param>
public sealed record QueueView(Guid Id, string Kind, string Name, bool Enabled, string Flow, long Depth, long Sessions, DateTimeOffset? OldestAt)
{
    /// <summary>Why work does not flow, in the words of who said so.</summary>
    public string? FlowReason { get; init; }

    /// <summary>Who said so.</summary>
    public string? FlowBy { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? FlowAt { get; init; }

    /// <summary>Requests that an agent works on at this moment on this node; 0 for channels.</summary>
    public long InFlight { get; init; }

    /// <summary>How many it may work on at once; null for channels.</summary>
    public int? Capacity { get; init; }

    /// <summary>Messages whose late answer is awaited.</summary>
    public long LateAnswers { get; init; }

    /// <summary>Replies of a channel that are not sent yet; 0 for agents.</summary>
    public long Replies { get; init; }

    /// <summary>When the oldest of those replies was written.</summary>
    public DateTimeOffset? OldestReplyAt { get; init; }

    /// <summary>When the next of what failed is tried again.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>Its circuit.</summary>
    public required CircuitItem Circuit { get; init; }

    /// <summary>Who waits for whom and why, a sentence each; empty when nobody does.</summary>
    public IReadOnlyList<string> Waits { get; init; } = [];

    /// <summary>What holds it up, as in <c>agent Support: paused</c>; null when nothing does.</summary>
    [JsonIgnore]
    public string? Hold => QueueSentences.Hold(this);

    /// <summary>Something holds it up.</summary>
    [JsonIgnore]
    public bool IsHeldUp => Flow != "running" || Circuit.IsOpen || Circuit.Forced is not null;
}

/// <summary>What waits in a tenant, for the owner of the installation.</summary>
public sealed record TenantBacklog(Guid Tenant, string Slug, string Name, bool Suspended, long Depth, long Sessions, DateTimeOffset? OldestAt, long Replies, int OpenCircuits, int Stopped);

/// <summary>Names of the states, as the API and the portal use them.</summary>
internal static class QueueWords
{
    public static string Of(SubjectKind kind) => kind == SubjectKind.Agent ? "agent" : "channel";

    public static string Of(SubjectFlow flow) => flow switch { SubjectFlow.Paused => "paused", SubjectFlow.Draining => "draining", _ => "running" };

    public static string Of(CircuitState state) => state switch { CircuitState.Open => "open", CircuitState.HalfOpen => "half_open", _ => "closed" };
}
