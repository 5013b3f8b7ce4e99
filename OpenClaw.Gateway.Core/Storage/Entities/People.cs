using Microsoft.AspNetCore.Identity;
using OpenClaw.Gateway.Core.Tenancy;

namespace OpenClaw.Gateway.Core.Storage.Entities;

/// <summary>Somebody who signs in. Not a tenant's: a person may belong to several.</summary>
public sealed class Person : IdentityUser<Guid>
{
    /// <summary>The owner of the installation sees all tenants.</summary>
    public bool IsOwner { get; set; }

    /// <summary>When the account was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>What a member of a tenant may do. Each includes those before it.</summary>
public enum TenantRole : byte
{
    /// <summary>Reads.</summary>
    Viewer = 1,

    /// <summary>Also works with conversations and dead letters.</summary>
    Operator = 2,

    /// <summary>Also configures.</summary>
    Admin = 3,
}

/// <summary>A person's place in a tenant.</summary>
public sealed class Membership : ITenantOwned
{
    /// <summary>The person.</summary>
    public Guid PersonId { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>What the person may do there.</summary>
    public TenantRole Role { get; set; }

    /// <summary>Since when.</summary>
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>A Data Protection key, wrapped by the master key.</summary>
public sealed class DataProtectionKey
{
    /// <summary>Key.</summary>
    public Guid Id { get; set; }

    /// <summary>The key ring's name of it.</summary>
    public required string FriendlyName { get; set; }

    /// <summary>The wrapped key as XML.</summary>
    public required string Xml { get; set; }
}

/// <summary>One value of the whole installation (e.g. the private hosts that the owner allowed in the portal).</summary>
public sealed class InstallationValue
{
    /// <summary>Key.</summary>
    public required string Name { get; set; }

    /// <summary>Value.</summary>
    public required string Value { get; set; }
}
