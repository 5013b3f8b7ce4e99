using OpenClaw.Gateway.Core.Tenancy;

namespace OpenClaw.Gateway.Core.Storage.Entities;

/// <summary>Who does something.</summary>
public enum ActorKind : byte
{
    /// <summary>The gateway itself.</summary>
    System = 0,

    /// <summary>Somebody in the portal.</summary>
    Person = 1,

    /// <summary>A program with an API key.</summary>
    ApiKey = 2,
}

/// <summary>Who did what, and what it was before and after. Written in the transaction of the change, never changed.</summary>
public sealed class AuditEntry : ITenantOwned
{
    /// <summary>Key, in order of time.</summary>
    public Guid Id { get; set; }

    /// <summary>The tenant; <see cref="Guid.Empty"/> for what concerns the installation or a person alone.</summary>
    public Guid TenantId { get; set; }

    /// <summary>When.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>What sort of actor.</summary>
    public ActorKind Actor { get; set; }

    /// <summary>The person or key; empty for the gateway.</summary>
    public Guid ActorId { get; set; }

    /// <summary>Their name at that time.</summary>
    public required string ActorName { get; set; }

    /// <summary>As in <c>channel.created</c>, <c>sign-in.failed</c>.</summary>
    public required string Action { get; set; }

    /// <summary>The id of what it was done to; empty where it has none.</summary>
    public Guid TargetId { get; set; }

    /// <summary>Its name at that time.</summary>
    public string? TargetName { get; set; }

    /// <summary>The fields that changed as they were, JSON, without secrets.</summary>
    public string? Before { get; set; }

    /// <summary>The fields that changed as they are, JSON, without secrets.</summary>
    public string? After { get; set; }

    /// <summary>The client's address.</summary>
    public string? Address { get; set; }
}

/// <summary>What a tenant used on one day (UTC).</summary>
public sealed class UsageDay : ITenantOwned
{
    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>As in 20261123; key together with the tenant.</summary>
    public int Day { get; set; }

    /// <summary>Messages of users that were accepted.</summary>
    public long Messages { get; set; }

    /// <summary>Replies.</summary>
    public long Replies { get; set; }

    /// <summary>Bytes of attachments that were stored.</summary>
    public long AttachmentBytes { get; set; }

    /// <summary>Tokens that models read for answers, as their servers counted them.</summary>
    public long InputTokens { get; set; }

    /// <summary>Tokens that they wrote.</summary>
    public long OutputTokens { get; set; }
}
