using OpenClaw.Gateway.Core.Tenancy;

namespace OpenClaw.Gateway.Core.Storage.Entities;

/// <summary>A tenant: owns everything.</summary>
public sealed class Tenant
{
    /// <summary>Key.</summary>
    public Guid Id { get; set; }

    /// <summary>In every portal address: lower-case letters, digits and hyphens.</summary>
    public required string Slug { get; set; }

    /// <summary>Shown to people.</summary>
    public required string Name { get; set; }

    /// <summary>A suspended tenant's channels stand still; nothing is lost.</summary>
    public bool Suspended { get; set; }

    /// <summary>Told to its members at sign-in.</summary>
    public string? SuspendedReason { get; set; }

    /// <summary>The most messages of users in one day (UTC); null = no limit.</summary>
    public long? MaxMessagesPerDay { get; set; }

    /// <summary>The most channels; null = no limit.</summary>
    public int? MaxChannels { get; set; }

    /// <summary>The most agents; null = no limit.</summary>
    public int? MaxAgents { get; set; }

    /// <summary>The most bytes of attachments; null = no limit.</summary>
    public long? MaxStorageBytes { get; set; }

    /// <summary>When it was last changed.</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Rises with every change; the ETag and the concurrency token.</summary>
    public int Version { get; set; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>What a tenant has set (contract: /settings), one row per tenant.</summary>
public sealed class TenantSettings : ITenantOwned
{
    /// <summary>Key and owner.</summary>
    public Guid TenantId { get; set; }

    /// <summary>The agent where nothing else decides.</summary>
    public Guid? DefaultAgent { get; set; }

    /// <summary>The other settings, a JSON object in the contract's form.</summary>
    public string Values { get; set; } = "{}";

    /// <summary>When it was last changed.</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Rises with every change; the ETag.</summary>
    public int Version { get; set; }
}

/// <summary>A channel's saved configuration. Secrets stand in <see cref="Secret"/>.</summary>
public sealed class Channel : ITenantOwned
{
    /// <summary>Key.</summary>
    public Guid Id { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary><c>websocket</c>, …</summary>
    public required string Kind { get; set; }

    /// <summary>1–80 characters, unique per tenant.</summary>
    public required string Name { get; set; }

    /// <summary>Accepts and sends.</summary>
    public bool Enabled { get; set; }

    /// <summary>The channel's own agent.</summary>
    public Guid? AgentId { get; set; }

    /// <summary>The account of its platform (a bot), unique per kind in the whole installation; null where there is none.</summary>
    public string? Account { get; set; }

    /// <summary>A JSON object in the contract's form.</summary>
    public string Settings { get; set; } = "{}";

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it was last changed.</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Rises with every change; the ETag and the concurrency token.</summary>
    public int Version { get; set; }
}

/// <summary>An agent's saved configuration. Secrets stand in <see cref="Secret"/>.</summary>
public sealed class Agent : ITenantOwned
{
    /// <summary>Key.</summary>
    public Guid Id { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary><c>echo</c>, <c>webhook</c>, …</summary>
    public required string Kind { get; set; }

    /// <summary>1–80 characters, unique per tenant.</summary>
    public required string Name { get; set; }

    /// <summary>May be chosen.</summary>
    public bool Enabled { get; set; }

    /// <summary>A JSON object in the contract's form.</summary>
    public string Settings { get; set; } = "{}";

    /// <summary>A JSON array of intent names.</summary>
    public string Intents { get; set; } = "[]";

    /// <summary>Requests open at once.</summary>
    public int MaxConcurrency { get; set; } = 16;

    /// <summary>Share in a weighted pool.</summary>
    public int Weight { get; set; } = 1;

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it was last changed.</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Rises with every change; the ETag and the concurrency token.</summary>
    public int Version { get; set; }
}

/// <summary>One secret of a channel or agent, encrypted with Data Protection. Write-only for people.</summary>
public sealed class Secret : ITenantOwned
{
    /// <summary>Key.</summary>
    public Guid Id { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>The channel or agent that it belongs to.</summary>
    public Guid OwnerId { get; set; }

    /// <summary><c>signingSecret</c>, …</summary>
    public required string Name { get; set; }

    /// <summary>Ciphertext.</summary>
    public required string Protected { get; set; }

    /// <summary>When it was set.</summary>
    public DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>A key for the management API. Only its SHA-256 is kept.</summary>
public sealed class ApiKey : ITenantOwned
{
    /// <summary>Key.</summary>
    public Guid Id { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>1–80 characters.</summary>
    public required string Name { get; set; }

    /// <summary>SHA-256 of the whole key, 32 bytes.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>SHA-256 of the key before the last rotation, which works until <see cref="PreviousUntil"/>.</summary>
    public byte[]? PreviousHash { get; set; }

    /// <summary>When the former key stops working.</summary>
    public DateTimeOffset? PreviousUntil { get; set; }

    /// <summary>First characters, to tell keys apart.</summary>
    public required string Prefix { get; set; }

    /// <summary>Space-separated: <c>read configure converse operate own</c>.</summary>
    public required string Scopes { get; set; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Roughly when it was last used.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }

    /// <summary>When it stops working; null = never.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }
}

/// <summary>A remembered answer to a request with an <c>Idempotency-Key</c>, kept 24 hours.</summary>
public sealed class IdempotentRequest : ITenantOwned
{
    /// <summary>Key.</summary>
    public Guid Id { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>SHA-256 over API key id, path and the client's key, 32 bytes; unique per tenant.</summary>
    public required byte[] KeyHash { get; set; }

    /// <summary>SHA-256 of the request's body, 32 bytes.</summary>
    public required byte[] BodyHash { get; set; }

    /// <summary>The answer's status; 0 while the first request is under way.</summary>
    public int Status { get; set; }

    /// <summary>The answer's Location header.</summary>
    public string? Location { get; set; }

    /// <summary>The answer's body, encrypted with Data Protection as it may show a new secret.</summary>
    public string? Body { get; set; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }
}
