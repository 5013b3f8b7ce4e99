using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Portal.Identity;

/// <summary>
/// The context of Identity's store, one per request. People stand above tenants, so it has no tenant filter; the context itself is
/// not in the container, so that no page can ask for it.
/// </summary>
internal sealed class PersonDb(ISystemDbFactory factory) : IAsyncDisposable
{
    public GatewayDbContext Context { get; } = factory.Create();

    public ValueTask DisposeAsync() => Context.DisposeAsync();
}

/// <summary>
/// Identity's store over <see cref="PersonDb"/>. Authenticator keys and recovery codes, which Identity keeps as they are, are encrypted:
/// who reads the database file must not be able to make codes.
/// </summary>
internal sealed class PersonStore(PersonDb db, IDataProtectionProvider protection, IdentityErrorDescriber describer)
    : UserOnlyStore<Person, GatewayDbContext, Guid>(db.Context, describer)
{
    private readonly IDataProtector _protector = protection.CreateProtector("OpenClaw.Identity.Tokens");

    public override async Task<string?> GetTokenAsync(Person user, string loginProvider, string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(user);
        var kept = await base.GetTokenAsync(user, loginProvider, name, cancellationToken);
        try
        {
            return kept is null ? null : For(user, name).Unprotect(kept);
        }
        catch (CryptographicException)
        {
            // the key that encrypted it is gone (another master key): the second factor has to be set up anew
            return null;
        }
    }

    public override Task SetTokenAsync(Person user, string loginProvider, string name, string? value, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(user);
        return base.SetTokenAsync(user, loginProvider, name, value is null ? null : For(user, name).Protect(value), cancellationToken);
    }

    /// <summary>Bound to the person and the name: a value that is copied to another row opens nothing there.</summary>
    private IDataProtector For(Person user, string name) => _protector.CreateProtector(user.Id.ToString("N"), name);
}
