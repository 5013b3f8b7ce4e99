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

/// <summary>Identity's store over <see cref="PersonDb"/>.</summary>
internal sealed class PersonStore(PersonDb db, IdentityErrorDescriber describer) : UserOnlyStore<Person, GatewayDbContext, Guid>(db.Context, describer);
