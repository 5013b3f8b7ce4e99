using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Holds;

namespace OpenClaw.Gateway.Core.Administration.Archive;

/// <summary>Makes views of archived sessions: with them, until when they are kept.</summary>
internal sealed class ArchiveDates(ICatalog catalog)
{
    public async Task<IReadOnlyList<ArchivedSessionView>> ToViewsAsync(GatewayDbContext db, Guid tenant, List<ArchivedRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0) return [];
        var holds = await HoldSet.ReadAsync(db, tenant, cancellationToken);
        return [.. rows.Select(r => ToView(r, holds.Find(r.Session.Id, r.Session.ChannelId, r.Session.UserId)))];
    }

    private ArchivedSessionView ToView(ArchivedRow row, HoldRef? hold)
    {
        var (archived, session) = (row.Archived, row.Session);
        return new(SessionQueries.ToView(new(session, row.Kind, archived.Messages)))
        {
            ArchivedAt = archived.ArchivedAt,
            Bytes = archived.Bytes,
            FileBytes = archived.FileBytes,
            DeletesAt = hold is null && Retention(session.TenantId, session.ChannelId) is { } span ? Later(archived.LastActivityAt, span) : null,
            Held = hold is not null,
            Hold = hold?.Name,
            Fault = archived.Fault,
        };
    }

    /// <summary>As its channel says; as the tenant does where the channel was deleted.</summary>
    private TimeSpan? Retention(Guid tenant, Guid channel) =>
        catalog.FindChannel(channel) is { } model ? model.Timers.Retention : catalog.FindTenant(tenant) is { } owner ? SessionTimers.Of(owner.Settings).Retention : null;

    /// <summary>Null where that is further away than a date can say.</summary>
    private static DateTimeOffset? Later(DateTimeOffset time, TimeSpan span) => span > DateTimeOffset.MaxValue - time ? null : time + span;
}
