using OpenClaw.Gateway.Core.Tenancy;

namespace OpenClaw.Gateway.Core.Storage.Entities;

/// <summary>A named set of agents, of which one is chosen for a session by a strategy.</summary>
public sealed class Pool : ITenantOwned
{
    /// <summary>Key.</summary>
    public Guid Id { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>1–80 characters, unique per tenant.</summary>
    public required string Name { get; set; }

    /// <summary><c>least-loaded</c>, <c>weighted</c> or <c>round-robin</c>.</summary>
    public required string Strategy { get; set; }

    /// <summary>A JSON array of <c>{"agent":id,"weight":n}</c>; without a weight the agent's own holds.</summary>
    public string Members { get; set; } = "[]";

    /// <summary>How long a session that nobody writes in keeps its member; null = as long as it lives, 0 = it is chosen anew for each message.</summary>
    public double? AffinityMinutes { get; set; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it was last changed.</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Rises with every change; the ETag and the concurrency token.</summary>
    public int Version { get; set; }
}

/// <summary>What a message may want, told by examples.</summary>
public sealed class Intent : ITenantOwned
{
    /// <summary>Key.</summary>
    public Guid Id { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>1–80 characters, unique per tenant.</summary>
    public required string Name { get; set; }

    /// <summary>For people: what belongs to it.</summary>
    public string? Description { get; set; }

    /// <summary>A JSON array of sentences.</summary>
    public string Examples { get; set; } = "[]";

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it was last changed.</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Rises with every change; the ETag and the concurrency token.</summary>
    public int Version { get; set; }
}

/// <summary>How a tenant's intents are recognised, one row per tenant. The key of the embeddings endpoint is a <see cref="Secret"/> whose owner is the tenant.</summary>
public sealed class IntentOptions : ITenantOwned
{
    /// <summary>Key and owner.</summary>
    public Guid TenantId { get; set; }

    /// <summary>From 0 to 1: what scores less is none of the intents; null = as the examples suggest.</summary>
    public double? Threshold { get; set; }

    /// <summary>The base URL of an OpenAI-compatible server of embeddings; null = the examples are learned in process.</summary>
    public string? EmbeddingsUrl { get; set; }

    /// <summary>The model that is asked there.</summary>
    public string? EmbeddingsModel { get; set; }

    /// <summary>When it was last changed.</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Rises with every change; the ETag and the concurrency token.</summary>
    public int Version { get; set; }
}

/// <summary>A sentence that people's work suggests as an example of an intent: an operator gave its session to an agent for that intent.</summary>
public sealed class SuggestedExample : ITenantOwned
{
    /// <summary>Key, in order of time.</summary>
    public Guid Id { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>What the user wrote.</summary>
    public required string Text { get; set; }

    /// <summary>The name of the intent that it seems to be; null = the agent that it was given to has none or several.</summary>
    public string? Intent { get; set; }

    /// <summary>What it had been taken for; null = none of the intents.</summary>
    public string? Recognised { get; set; }

    /// <summary>The agent that it was given to.</summary>
    public Guid AgentId { get; set; }

    /// <summary>The message.</summary>
    public Guid MessageId { get; set; }

    /// <summary>Its session.</summary>
    public Guid SessionId { get; set; }

    /// <summary>Who gave it there.</summary>
    public required string ByName { get; set; }

    /// <summary>When.</summary>
    public DateTimeOffset At { get; set; }
}

/// <summary>What is known of how an agent came to its answer: model, tokens, the tools that it called. Only of agents that tell.</summary>
public sealed class AgentRun : ITenantOwned
{
    /// <summary>Key, in order of time.</summary>
    public Guid Id { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>The session.</summary>
    public Guid SessionId { get; set; }

    /// <summary>The message that was answered.</summary>
    public Guid MessageId { get; set; }

    /// <summary>The message's run.</summary>
    public int Run { get; set; }

    /// <summary>The attempt of that run, from 1.</summary>
    public int Attempt { get; set; }

    /// <summary>The agent.</summary>
    public Guid AgentId { get; set; }

    /// <summary>The model as the server named it.</summary>
    public string? Model { get; set; }

    /// <summary>Tokens that it read.</summary>
    public long? InputTokens { get; set; }

    /// <summary>Tokens that it wrote.</summary>
    public long? OutputTokens { get; set; }

    /// <summary>From the request until the first piece of the answer, in milliseconds.</summary>
    public double? FirstTokenMs { get; set; }

    /// <summary>How long it took in all, in milliseconds.</summary>
    public double TookMs { get; set; }

    /// <summary>The steps, a JSON array.</summary>
    public string Steps { get; set; } = "[]";

    /// <summary>When it began.</summary>
    public DateTimeOffset At { get; set; }
}

/// <summary>How far a back-test has come.</summary>
public enum BacktestState : byte
{
    /// <summary>Messages are being judged.</summary>
    Running = 1,

    /// <summary>All were.</summary>
    Done = 2,

    /// <summary>A person broke it off; what it had found until then stays.</summary>
    Cancelled = 3,

    /// <summary>It failed, or the gateway stopped.</summary>
    Failed = 4,
}

/// <summary>Rules that were tried on stored messages. Holds ids and counts only, no text of a message.</summary>
public sealed class Backtest : ITenantOwned
{
    /// <summary>Key, in order of time.</summary>
    public Guid Id { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>How far it has come.</summary>
    public BacktestState State { get; set; }

    /// <summary>The rules that were tried, JSON.</summary>
    public required string Rules { get; set; }

    /// <summary>The published version that they are compared with.</summary>
    public int BaseVersion { get; set; }

    /// <summary>Messages from then on.</summary>
    public DateTimeOffset Since { get; set; }

    /// <summary>How many messages there are.</summary>
    public long Total { get; set; }

    /// <summary>How many of them were judged.</summary>
    public long Judged { get; set; }

    /// <summary>What was found so far, JSON.</summary>
    public string Result { get; set; } = "{}";

    /// <summary>Why it failed.</summary>
    public string? Error { get; set; }

    /// <summary>Who began it.</summary>
    public required string StartedBy { get; set; }

    /// <summary>When it began.</summary>
    public DateTimeOffset StartedAt { get; set; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}
