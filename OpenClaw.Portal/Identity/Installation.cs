using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Portal.Identity;

/// <summary>Whether somebody owns this installation. Once it is owned it stays so, and is not asked again.</summary>
internal sealed class Installation(ISystemDbFactory factory)
{
    private volatile bool _owned;

    public async ValueTask<bool> IsOwnedAsync(CancellationToken cancellationToken)
    {
        if (_owned) return true;
        await using var db = factory.Create();
        return _owned = await db.Users.AnyAsync(p => p.IsOwner, cancellationToken);
    }
}
