using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Maintenance;

/// <summary>
/// Moves sessions that nobody has written in for a while to a later state. Walks over the index of states by time, so what is not idle is never
/// looked at; each channel's own span decides, of a deleted channel the tenant's.
/// </summary>
internal abstract class IdleSessionsJob(ISystemDbFactory databases, ICatalog catalog, SessionTable sessions, TimeProvider time) : IMaintenanceJob
{
    private const int Batch = 200;

    public abstract string Name { get; }

    public abstract string Title { get; }

    public abstract string Summary { get; }

    public abstract string DefaultCron { get; }

    protected abstract IReadOnlyList<SessionState> From { get; }

    protected abstract SessionState To { get; }

    protected abstract TimeSpan Span(SessionTimers timers);

    public async Task RunAsync(JobProgress progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var now = time.GetUtcNow();
        foreach (var state in From) await RunAsync(state, now, progress, cancellationToken);
    }

    private async Task RunAsync(SessionState state, DateTimeOffset now, JobProgress progress, CancellationToken cancellationToken)
    {
        // no session that was used after this can be due: one look at the index when nothing is
        var newest = now - catalog.Channels.Select(c => c.Timers).Concat(catalog.Tenants.Select(t => SessionTimers.Of(t.Settings))).Select(Span).DefaultIfEmpty(Span(SessionTimers.Default)).Min();
        var (from, after) = (DateTimeOffset.UnixEpoch, Guid.Empty);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await using var db = databases.Create();
            var page = await db.Sessions.AsNoTracking()
                .Where(s => s.State == state && s.LastActivityAt >= from && s.LastActivityAt <= newest && (s.LastActivityAt > from || s.Id > after))
                .OrderBy(s => s.LastActivityAt).ThenBy(s => s.Id).Take(Batch)
                .Select(s => new { s.Id, s.RootId, s.TenantId, s.ChannelId, s.LastActivityAt }).ToListAsync(cancellationToken);
            if (page.Count == 0) return;
            var due = page.Select(s => (Row: s, Before: now - Span(TimersOf(s.TenantId, s.ChannelId)))).Where(s => s.Row.LastActivityAt <= s.Before)
                .Select(s => new IdleSession(s.Row.Id, s.Row.RootId, s.Row.TenantId, s.Before)).ToList();
            if (due.Count > 0) progress.Count(progress.IsDryRun ? due.Count : await sessions.MoveOnAsync(due, To));
            (from, after) = (page[^1].LastActivityAt, page[^1].Id);
        }
    }

    private SessionTimers TimersOf(Guid tenant, Guid channel) =>
        catalog.FindChannel(channel)?.Timers ?? (catalog.FindTenant(tenant) is { } owner ? SessionTimers.Of(owner.Settings) : SessionTimers.Default);
}

/// <summary>Idle sessions fall asleep: for people and agents a sign, for the gateway nothing to keep in memory.</summary>
internal sealed class SessionsDormancy(ISystemDbFactory databases, ICatalog catalog, SessionTable sessions, TimeProvider time) : IdleSessionsJob(databases, catalog, sessions, time)
{
    public override string Name => "sessions-dormancy";

    public override string Title => "Idle conversations fall asleep";

    public override string Summary => "Marks conversations as dormant that nobody has written in for a while. The next message wakes them.";

    public override string DefaultCron => "20 * * * * ?";

    protected override IReadOnlyList<SessionState> From => [SessionState.Init, SessionState.Active];

    protected override SessionState To => SessionState.Dormant;

    protected override TimeSpan Span(SessionTimers timers) => timers.DormantAfter;
}

/// <summary>Sessions that are idle for long are over, and can go to the archive.</summary>
internal sealed class SessionsExpiry(ISystemDbFactory databases, ICatalog catalog, SessionTable sessions, TimeProvider time) : IdleSessionsJob(databases, catalog, sessions, time)
{
    public override string Name => "sessions-expiry";

    public override string Title => "Old conversations expire";

    public override string Summary => "Marks conversations as over that have slept for long; an operator who had taken one over loses it. The next message still takes it up again.";

    public override string DefaultCron => "40 */5 * * * ?";

    protected override IReadOnlyList<SessionState> From => [SessionState.Dormant, SessionState.Active, SessionState.Init];

    protected override SessionState To => SessionState.Expired;

    protected override TimeSpan Span(SessionTimers timers) => timers.ExpireAfter;
}
