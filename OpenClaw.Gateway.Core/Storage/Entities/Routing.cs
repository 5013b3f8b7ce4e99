using OpenClaw.Gateway.Core.Tenancy;

namespace OpenClaw.Gateway.Core.Storage.Entities;

/// <summary>
/// One revision of a routing rule, never changed but for its end: the rules of version n are the rows with
/// <c>FromVersion &lt;= n &lt; ToVersion</c>, by <c>Ordinal</c>. So a version costs only what it changed.
/// </summary>
public sealed class RoutingRule : ITenantOwned
{
    /// <summary>The rule; key together with <see cref="FromVersion"/>.</summary>
    public Guid Id { get; set; }

    /// <summary>The version that brought this revision: also the rule's ETag.</summary>
    public int FromVersion { get; set; }

    /// <summary>The version that ended it; <see cref="Live"/> while it holds.</summary>
    public int ToVersion { get; set; } = Live;

    /// <summary><see cref="ToVersion"/> of what holds.</summary>
    public const int Live = int.MaxValue;

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>Its place, with gaps so that another fits between.</summary>
    public long Ordinal { get; set; }

    /// <summary>1–80 characters, unique among what holds.</summary>
    public required string Name { get; set; }

    /// <summary>Is tried.</summary>
    public bool Enabled { get; set; }

    /// <summary>Only for sessions that no agent has had yet.</summary>
    public bool OnlyWhenUnassigned { get; set; }

    /// <summary>The contract's <c>match</c>, JSON.</summary>
    public required string Match { get; set; }

    /// <summary>The contract's <c>target</c>, JSON.</summary>
    public required string Target { get; set; }

    /// <summary>When the rule was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When this revision was made.</summary>
    public DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>One published version of a tenant's rules.</summary>
public sealed class RoutingVersion : ITenantOwned
{
    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>From 1 without gaps; key together with the tenant.</summary>
    public int Number { get; set; }

    /// <summary>When.</summary>
    public DateTimeOffset PublishedAt { get; set; }

    /// <summary>By whom, as the audit names them.</summary>
    public required string PublishedBy { get; set; }

    /// <summary>What it was for.</summary>
    public string? Note { get; set; }

    /// <summary>The version whose rules it brought back.</summary>
    public int? RolledBackTo { get; set; }
}

/// <summary>What people are working on in the portal and have not published, one per tenant.</summary>
public sealed class RoutingDraft : ITenantOwned
{
    /// <summary>Key and owner.</summary>
    public Guid TenantId { get; set; }

    /// <summary>The version that it began from.</summary>
    public int BaseVersion { get; set; }

    /// <summary>The whole list, JSON.</summary>
    public required string Rules { get; set; }

    /// <summary>Who changed it last.</summary>
    public required string UpdatedBy { get; set; }

    /// <summary>When it was last changed.</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Rises with every change; the concurrency token.</summary>
    public int Version { get; set; }
}

/// <summary>How often a rule decided, written behind the messages.</summary>
public sealed class RuleHit : ITenantOwned
{
    /// <summary>Key.</summary>
    public Guid RuleId { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>Messages.</summary>
    public long Hits { get; set; }

    /// <summary>The last time.</summary>
    public DateTimeOffset LastAt { get; set; }
}
