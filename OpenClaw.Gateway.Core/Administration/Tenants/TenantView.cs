using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Tenants;

/// <summary>A tenant (contract: Tenant).</summary>
public sealed record TenantView(
    Guid Id, string Slug, string Name, bool Suspended, string? SuspendedReason, TenantQuotas Quotas, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>What it has and uses; left out where nobody asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TenantUse? Usage { get; init; }

    /// <summary>In the answer that made it: the invitation of its first admin, where one was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TenantInvitation? Invitation { get; init; }

    /// <summary>In the answer that made it: its first API key, where one was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TenantKey? ApiKey { get; init; }

    /// <summary>Rises with every change: the ETag.</summary>
    [JsonIgnore]
    public int Version { get; init; }

    internal static TenantView Of(Tenant row) => new(
        row.Id, row.Slug, row.Name, row.Suspended, row.SuspendedReason,
        new(row.MaxMessagesPerDay, row.MaxChannels, row.MaxAgents, row.MaxStorageBytes), row.CreatedAt, row.UpdatedAt) { Version = row.Version };
}

/// <summary>What a tenant has and uses.</summary>
public sealed record TenantUse(int Members, int Channels, int Agents, long MessagesToday, long Messages30Days, long StorageBytes);

/// <summary>The invitation of a tenant's first admin: the link is shown once.</summary>
public sealed record TenantInvitation(string Email, string Link, DateTimeOffset ExpiresAt);

/// <summary>A tenant's first API key: the value is shown once.</summary>
public sealed record TenantKey(Guid Id, string Name, string Value);
