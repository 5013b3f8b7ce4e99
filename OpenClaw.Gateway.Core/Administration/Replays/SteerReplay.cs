using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Administration.Replays;

/// <summary>Holds a replay of many in, lets it go on, ends it.</summary>
public sealed class SteerReplay
{
    private static readonly string[] Running = [ReplayStates.Running];
    private static readonly string[] Resting = [ReplayStates.Paused, ReplayStates.Stopped];
    private static readonly string[] Open = [ReplayStates.Preparing, ReplayStates.Running, ReplayStates.Paused, ReplayStates.Stopped];
    private readonly ITenantDbFactory _databases;
    private readonly Lazy<Journal> _journal;
    private readonly ICatalog _catalog;
    private readonly IReplayStart _start;
    private readonly TimeProvider _time;

    internal SteerReplay(ITenantDbFactory databases, Lazy<Journal> journal, ICatalog catalog, IReplayStart start, TimeProvider time) =>
        (_databases, _journal, _catalog, _start, _time) = (databases, journal, catalog, start, time);

    /// <summary>Nothing new begins; what has begun is finished.</summary>
    public Task<AdminResult<ReplayView>> PauseAsync(Caller caller, Guid replay, CancellationToken cancellationToken = default) =>
        ChangeAsync(caller, replay, Running, ReplayStates.Paused, "replay.paused", cancellationToken);

    /// <summary>A paused one goes on; one that stopped by itself goes on with its next step.</summary>
    public Task<AdminResult<ReplayView>> ResumeAsync(Caller caller, Guid replay, CancellationToken cancellationToken = default) =>
        ChangeAsync(caller, replay, Resting, ReplayStates.Running, "replay.resumed", cancellationToken);

    /// <summary>What has not begun is left as it was; what has begun is finished.</summary>
    public Task<AdminResult<ReplayView>> CancelAsync(Caller caller, Guid replay, CancellationToken cancellationToken = default) =>
        ChangeAsync(caller, replay, Open, ReplayStates.Cancelled, "replay.cancelled", cancellationToken);

    private async Task<AdminResult<ReplayView>> ChangeAsync(Caller caller, Guid replay, string[] from, string to, string action, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Operate);
        await using var db = _databases.Create(caller.Tenant);
        if (await db.Replays.AsNoTracking().FirstOrDefaultAsync(r => r.Id == replay, cancellationToken) is not { } row) return AdminResult.NotFound<ReplayView>();
        var now = _time.GetUtcNow();
        DateTimeOffset? finished = to == ReplayStates.Cancelled ? now : null;
        var reason = to == ReplayStates.Running ? null : to == ReplayStates.Paused ? $"Paused by {caller.Name}." : $"Cancelled by {caller.Name}.";
        var changed = await _journal.Value.WorkAsync(rows =>
        {
            var state = rows.Replays.Where(r => r.Id == replay).Select(r => r.State).FirstOrDefault();
            if (state is null || !from.Contains(state)) return 0;
            // the step that failed is not tried again: whoever resumes has mended what it found
            var next = state == ReplayStates.Stopped && to == ReplayStates.Running && row.Canary && row.Step < CanarySteps.Rest ? 1 : 0;
            rows.Replays.Where(r => r.Id == replay).ExecuteUpdate(set => set
                .SetProperty(r => r.State, to).SetProperty(r => r.Reason, reason).SetProperty(r => r.FinishedAt, finished).SetProperty(r => r.Step, r => r.Step + next));
            AuditTrail.Note(rows, caller, now, action, new(replay, null), new { state }, new { state = to });
            rows.SaveInJournal();
            return 1;
        });
        _start.Kick(replay);
        var after = await db.Replays.AsNoTracking().FirstOrDefaultAsync(r => r.Id == replay, CancellationToken.None);
        if (after is null) return AdminResult.NotFound<ReplayView>();
        return changed == 1 ? AdminResult.Done(ReplayQueries.ToView(after, _catalog)) : AdminResult.InUse<ReplayView>(Refusal(after.State, to));
    }

    private static string Refusal(string state, string wanted) => (state, wanted) switch
    {
        (ReplayStates.Preparing, _) => "The replay is still being prepared. Try again in a moment.",
        (ReplayStates.Done or ReplayStates.Cancelled or ReplayStates.Failed, _) => $"The replay is over ({state}).",
        (ReplayStates.Running, ReplayStates.Running) => "The replay goes on already.",
        _ => $"The replay does not go on now ({state}).",
    };
}
