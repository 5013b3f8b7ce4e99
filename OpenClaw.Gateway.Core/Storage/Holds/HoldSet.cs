using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Holds;

/// <summary>The hold that keeps something, by its name for people.</summary>
public sealed record HoldRef(Guid Id, string Name);

/// <summary>
/// A tenant's legal holds at one moment, and the one answer to "is this session held". Retention, erasures and views all ask here, so that
/// none of them forgets a way in which a session is held: by itself, by one of its people, or by its channel.
/// </summary>
public sealed class HoldSet
{
    private readonly List<LegalHold> _holds;

    private HoldSet(List<LegalHold> holds) => _holds = holds;

    /// <summary>True where nothing is held at all.</summary>
    public bool IsEmpty => _holds.Count == 0;

    /// <summary>Reads them, the oldest first.</summary>
    /// <param name="db">A context of the tenant, or of the gateway's own.</param>
    /// <param name="tenant">Whose they are.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<HoldSet> ReadAsync(GatewayDbContext db, Guid tenant, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(db);
        return new(await db.LegalHolds.AsNoTracking().Where(h => h.TenantId == tenant).OrderBy(h => h.Id).ToListAsync(cancellationToken));
    }

    /// <summary>The same of rows at hand.</summary>
    public static HoldSet Of(IEnumerable<LegalHold> holds) => new([.. holds]);

    /// <summary>The oldest hold that keeps a session; null when none does.</summary>
    /// <param name="session">The session.</param>
    /// <param name="channel">The channel that it came by.</param>
    /// <param name="users">The platform's ids of its people: who opened it and, where it is shared, who else wrote in it.</param>
    public HoldRef? Find(Guid session, Guid channel, params IReadOnlyCollection<string> users)
    {
        foreach (var hold in _holds)
            if (Keeps(hold, session, channel, users)) return new(hold.Id, hold.Name);
        return null;
    }

    private static bool Keeps(LegalHold hold, Guid session, Guid channel, IReadOnlyCollection<string> users)
    {
        if (hold.SessionId is { } one) return one == session;
        if (hold.UserId is { } user) return (hold.ChannelId is null || hold.ChannelId == channel) && users.Contains(user, StringComparer.Ordinal);
        return hold.ChannelId == channel;
    }
}
