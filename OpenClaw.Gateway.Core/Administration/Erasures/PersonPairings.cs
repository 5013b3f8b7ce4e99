using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.Erasures;

/// <summary>A person's place in the list of those who asked to be let in to a channel.</summary>
internal sealed record AskedPerson(Guid Id, Guid Channel, string? Name);

/// <summary>Where a person asked to be let in: of all channels, or of one. Who is taken off the list and writes again asks anew.</summary>
internal sealed class PersonPairings(ISystemDbFactory databases, IChannelAccess? access = null)
{
    public async Task<IReadOnlyList<AskedPerson>> FindAsync(Guid tenant, string user, Guid? channel, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        return await db.Pairings.AsNoTracking().Where(p => p.TenantId == tenant && p.UserId == user && (channel == null || p.ChannelId == channel))
            .Select(p => new AskedPerson(p.Id, p.ChannelId, p.UserName)).ToListAsync(cancellationToken);
    }

    public async Task<long> RemoveAsync(Guid tenant, string user, Guid? channel, CancellationToken cancellationToken)
    {
        var rows = await FindAsync(tenant, user, channel, cancellationToken);
        if (rows.Count == 0) return 0;
        var ids = rows.Select(r => r.Id).ToList();
        await using var db = databases.Create();
        await db.WriteAsync(d => d.Pairings.Where(p => ids.Contains(p.Id)).ExecuteDeleteAsync(cancellationToken), cancellationToken);
        foreach (var changed in rows.Select(r => r.Channel).Distinct()) access?.Forget(changed);
        return rows.Count;
    }
}
