using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Sessions.Removal;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Holds;

namespace OpenClaw.Gateway.Core.Maintenance.Retention;

/// <summary>
/// Deletes archived conversations for good whose time is over: their channel's retention, counted from the last message; of a deleted channel the
/// tenant's. What a legal hold keeps stays. A conversation whose transcript cannot be read stays too, and is named: somebody should see it first.
/// </summary>
internal sealed partial class Retention(
    ISystemDbFactory databases, ICatalog catalog, SessionPeople people, SessionRemoval removal, ArchiveRecovery recovery, IArchiveSearch search, IDatabase database, TimeProvider time, ILogger<Retention> log)
    : IMaintenanceJob
{
    private const int Page = 100;

    public string Name => "retention";

    public string Title => "Delete old conversations";

    public string Summary => "Deletes archived conversations for good once their channel's retention is over, unless a legal hold keeps them.";

    public string DefaultCron => "0 40 3 * * ?";

    public async Task RunAsync(JobProgress progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var before = progress.Items;
        if (!progress.IsDryRun) await recovery.RemoveLeftOversAsync(cancellationToken); // copies that a killed process left, which no row leads to
        try
        {
            foreach (var tenant in catalog.Tenants)
            foreach (var (channel, span) in Spans(tenant))
                await RunAsync(tenant.Id, channel, time.GetUtcNow() - span, progress, cancellationToken);
        }
        finally
        {
            // also after a run that was stopped: what is deleted leaves no trace
            if (!progress.IsDryRun && progress.Items > before) await ScrubAsync(progress, cancellationToken);
        }
    }

    /// <summary>Each channel with its span, and null for those that are deleted.</summary>
    private IEnumerable<(Guid? Channel, TimeSpan Span)> Spans(TenantModel tenant)
    {
        foreach (var channel in catalog.Channels)
            if (channel.Tenant.Id == tenant.Id && channel.Timers.Retention is { } span) yield return (channel.Id, span);
        if (tenant.Settings.RetentionDays is { } days) yield return (null, TimeSpan.FromDays(days));
    }

    private async Task RunAsync(Guid tenant, Guid? channel, DateTimeOffset before, JobProgress progress, CancellationToken cancellationToken)
    {
        var known = catalog.Channels.Where(c => c.Tenant.Id == tenant).Select(c => c.Id).ToArray();
        await using var db = databases.Create();
        var (lastAt, last) = (DateTimeOffset.UnixEpoch, Guid.Empty);
        while (await Due(db, tenant, channel, known, before).Where(a => a.LastActivityAt > lastAt || (a.LastActivityAt == lastAt && a.SessionId > last))
            .OrderBy(a => a.LastActivityAt).ThenBy(a => a.SessionId).Take(Page).Select(a => new { a.SessionId, a.LastActivityAt }).ToListAsync(cancellationToken) is { Count: > 0 } page)
        {
            (lastAt, last) = (page[^1].LastActivityAt, page[^1].SessionId);
            foreach (var session in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await TryAsync(tenant, session.SessionId, progress, cancellationToken);
            }
        }
    }

    private static IQueryable<ArchivedSession> Due(GatewayDbContext db, Guid tenant, Guid? channel, Guid[] known, DateTimeOffset before)
    {
        var rows = db.ArchivedSessions.AsNoTracking().Where(a => a.TenantId == tenant && a.LastActivityAt <= before);
        return channel is { } one ? rows.Where(a => a.ChannelId == one) : rows.Where(a => !known.Contains(a.ChannelId));
    }

    private async Task TryAsync(Guid tenant, Guid session, JobProgress progress, CancellationToken cancellationToken)
    {
        try
        {
            if (await IsHeldAsync(tenant, session, cancellationToken)) return;
            if (progress.IsDryRun || await removal.RemoveAsync(tenant, session, passFaults: false, cancellationToken) is not null) progress.Count();
        }
        catch (Exception e) when (e is ArchiveFaultException or SessionInUseException or UnauthorizedAccessException)
        {
            LogKept(e, tenant, session);
            progress.Fault($"Session {session} is kept: {e.Message}");
        }
    }

    /// <summary>Read anew for each: a hold that is placed while the job runs keeps what is not deleted yet.</summary>
    private async Task<bool> IsHeldAsync(Guid tenant, Guid session, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var holds = await HoldSet.ReadAsync(db, tenant, cancellationToken);
        if (holds.IsEmpty || await db.Sessions.AsNoTracking().FirstOrDefaultAsync(s => s.Id == session, cancellationToken) is not { } row) return false;
        return holds.Find(session, row.ChannelId, (await people.OfAsync(row, cancellationToken)).Keys) is not null;
    }

    private async Task ScrubAsync(JobProgress progress, CancellationToken cancellationToken)
    {
        try
        {
            await search.ScrubAsync(cancellationToken);
            if (await database.ScrubAsync(cancellationToken) is { } fault) progress.Fault(fault);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            progress.Fault($"Traces of deleted conversations are overwritten by the next run: {e.Message}");
        }
    }

    [LoggerMessage(6301, LogLevel.Warning, "Tenant {Tenant}: session {Session} is past its retention and kept, as it could not be removed whole")]
    private partial void LogKept(Exception cause, Guid tenant, Guid session);
}
