using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.People;

/// <summary>A person's place in a tenant.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Slug">Its name in addresses.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Role"><c>viewer</c>, <c>operator</c> or <c>admin</c>.</param>
public sealed record PersonPlace(Guid Tenant, string Slug, string Name, string Role);

/// <summary>An account as the owner of the installation sees it.</summary>
public sealed record PersonView(Guid Id, string Email, string? Name, bool IsOwner, DateTimeOffset CreatedAt)
{
    /// <summary>Where the person is a member, by the tenants' names. An owner may enter the others too.</summary>
    public IReadOnlyList<PersonPlace> Places { get; init; } = [];

    /// <summary>When the person last signed in.</summary>
    public DateTimeOffset? LastSignInAt { get; init; }

    /// <summary>Whether a password needs a code of an authenticator app beside it.</summary>
    public bool TwoFactor { get; init; }

    /// <summary>How many passkeys there are.</summary>
    public int Passkeys { get; init; }

    /// <summary>How many sign-ins hold at present.</summary>
    public int SignIns { get; init; }

    /// <summary>Until when nobody gets in by password, after too many wrong ones; null = they do.</summary>
    public DateTimeOffset? LockedUntil { get; init; }

    internal static PersonView Of(Person row, DateTimeOffset now) => new(row.Id, row.Email ?? "", row.Name, row.IsOwner, row.CreatedAt)
    {
        LastSignInAt = row.LastSignInAt, TwoFactor = row.TwoFactorEnabled, LockedUntil = row.LockoutEnd > now ? row.LockoutEnd : null,
    };
}

/// <summary>Which accounts are wanted.</summary>
public enum PeopleKind
{
    /// <summary>All.</summary>
    Everybody,

    /// <summary>Owners of the installation.</summary>
    Owner,

    /// <summary>Those who are shut out for now after too many wrong passwords.</summary>
    Locked,

    /// <summary>Those who sign in by password alone.</summary>
    PasswordOnly,

    /// <summary>Those who are no member of any tenant.</summary>
    WithoutTenant,
}

/// <summary>What narrows the list of accounts.</summary>
/// <param name="Text">The address or name holds it.</param>
/// <param name="Tenant">Members of the tenant of that slug.</param>
/// <param name="Kind">Which sort.</param>
public sealed record PeopleFilter(string? Text = null, string? Tenant = null, PeopleKind Kind = PeopleKind.Everybody);
