using Microsoft.AspNetCore.Identity;
using OpenClaw.Gateway.Core.Tenancy;

namespace OpenClaw.Gateway.Core.Storage.Entities;

/// <summary>Somebody who signs in. Not a tenant's: a person may belong to several.</summary>
public sealed class Person : IdentityUser<Guid>
{
    /// <summary>The owner of the installation sees all tenants.</summary>
    public bool IsOwner { get; set; }

    /// <summary>What the person is called; null = the e-mail address stands for it.</summary>
    public string? Name { get; set; }

    /// <summary>When the person last signed in.</summary>
    public DateTimeOffset? LastSignInAt { get; set; }

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

/// <summary>One sign-in of a person on one device: ends by sign-out, by being ended from elsewhere, or by its time.</summary>
public sealed class SignIn
{
    /// <summary>Key; the claim <c>sid</c> of the cookie.</summary>
    public Guid Id { get; set; }

    /// <summary>Who.</summary>
    public Guid PersonId { get; set; }

    /// <summary>When it began.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Roughly when it was last used.</summary>
    public DateTimeOffset LastSeenAt { get; set; }

    /// <summary>When it ends by itself.</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>When it was ended; null = it holds.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary><c>password</c>, <c>passkey</c>, <c>totp</c>, <c>recovery code</c>, <c>invitation</c>.</summary>
    public required string Method { get; set; }

    /// <summary>The client's address.</summary>
    public string? Address { get; set; }

    /// <summary>The browser as it calls itself, cut.</summary>
    public string? Device { get; set; }
}

/// <summary>A place in a tenant that somebody may take by following a link. Only the link's hash is kept.</summary>
public sealed class Invitation : ITenantOwned
{
    /// <summary>Key.</summary>
    public Guid Id { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>Whom it is for.</summary>
    public required string Email { get; set; }

    /// <summary>What the person may do once in.</summary>
    public TenantRole Role { get; set; }

    /// <summary>SHA-256 of the link's token, 32 bytes.</summary>
    public required byte[] TokenHash { get; set; }

    /// <summary>Who invited, as the audit names them.</summary>
    public required string InvitedBy { get; set; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When the link stops working.</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>When it was taken; null = not yet.</summary>
    public DateTimeOffset? AcceptedAt { get; set; }
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
