using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.Channels;

/// <summary>Removes a channel with its secrets. Its conversations stay.</summary>
public sealed class DeleteChannel(ITenantDbFactory databases, ICatalog catalog)
{
    /// <summary>Done, not found, or (with <paramref name="version"/>) stale.</summary>
    public async Task<AdminResult<Guid>> RunAsync(Guid tenant, Guid channel, int? version = null, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        var row = await db.Channels.FirstOrDefaultAsync(c => c.Id == channel, cancellationToken);
        if (row is null) return AdminResult.NotFound<Guid>();
        if (version is { } expected && expected != row.Version) return AdminResult.Stale<Guid>();
        db.Secrets.RemoveRange(await db.Secrets.Where(s => s.OwnerId == channel).ToListAsync(cancellationToken));
        db.Channels.Remove(row);
        if (await Saving.TryAsync<Guid>(db, cancellationToken) is { } failure) return failure;
        await catalog.ReloadAsync(CancellationToken.None);
        return AdminResult.Done(channel);
    }
}
