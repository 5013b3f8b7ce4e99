using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Jobs;

/// <summary>
/// The one place where jobs run, whoever asks: the schedule, a person, a program. A job never runs twice at once; each run is written down
/// at its start and its end.
/// </summary>
public sealed partial class JobRunner
{
    /// <summary>Who a run is said to be started by when it was due.</summary>
    public const string Schedule = "schedule";

    private const int EndRounds = 3;
    private static readonly TimeSpan BetweenRounds = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ISystemDbFactory _databases;
    private readonly Dictionary<string, IMaintenanceJob> _jobs;
    private readonly TimeProvider _time;
    private readonly ILogger<JobRunner> _log;
    private readonly string _node;
    private readonly ConcurrentDictionary<string, LiveRun> _live = new(StringComparer.Ordinal);
    private volatile bool _stopping;

    internal JobRunner(ISystemDbFactory databases, IEnumerable<IMaintenanceJob> jobs, TimeProvider time, ILogger<JobRunner> log, string? node = null)
    {
        (_databases, _time, _log, _node) = (databases, time, log, node ?? Environment.MachineName);
        _jobs = jobs.ToDictionary(j => j.Name, StringComparer.Ordinal);
    }

    /// <summary>All jobs, by name.</summary>
    internal IReadOnlyList<IMaintenanceJob> Jobs => [.. _jobs.Values.OrderBy(j => j.Name, StringComparer.Ordinal)];

    /// <summary>As runs of this process name it.</summary>
    internal string Node => _node;

    internal IMaintenanceJob? Find(string job) => _jobs.GetValueOrDefault(job);

    /// <summary>The run of that job that goes on in this process.</summary>
    internal LiveRun? Live(string job) => _live.GetValueOrDefault(job);

    /// <summary>A run that was due: returns when it has ended, or at once when the job runs already or there is no such job (any more).</summary>
    public async Task RunScheduledAsync(string job, CancellationToken cancellationToken)
    {
        if (Find(job) is not { } found) return;
        var (run, other) = await StartAsync(found, dryRun: false, Schedule, note: null, cancellationToken);
        if (run is null)
        {
            if (other is not null) LogRunsAlready(job, other.Id);
            return;
        }

        await using var stop = cancellationToken.Register(run.Stop);
        await run.Ended;
    }

    /// <summary>At the start of this process: what an earlier one left as running died with it (a database that this can be on has one process at a time).</summary>
    public async Task CloseLeftoversAsync(CancellationToken cancellationToken)
    {
        var here = _live.Values.Select(r => r.Id).ToList();
        await using var db = _databases.Create();
        var closed = await CloseAsync(db, r => !here.Contains(r.Id), cancellationToken);
        if (closed > 0) LogLeftovers(closed);
    }

    /// <summary>Starts no more runs and asks those that go on to stop after their batch.</summary>
    public void BeginStop()
    {
        _stopping = true;
        foreach (var run in _live.Values) run.Stop();
    }

    /// <summary><see cref="BeginStop"/>, and waits some seconds for the ends.</summary>
    public async Task StopAsync()
    {
        BeginStop();
        foreach (var run in _live.Values)
            if (!await EndsInTimeAsync(run)) LogDidNotStop(run.Job, run.Id);
    }

    /// <summary>Waits some seconds for the end of a run that was asked to stop.</summary>
    internal async Task<bool> EndsInTimeAsync(LiveRun run)
    {
        try
        {
            await run.Ended.WaitAsync(Patience, _time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Starts a run; <c>Other</c> is the one that is in its way. <paramref name="note"/> adds to what is saved with its beginning.</summary>
    internal async Task<(LiveRun? Run, JobRunningView? Other)> StartAsync(
        IMaintenanceJob job, bool dryRun, string by, Action<GatewayDbContext, LiveRun>? note, CancellationToken cancellationToken)
    {
        if (_stopping) return (null, null);
        var now = _time.GetUtcNow();
        LiveRun run = new(RowId.New(now), job.Name, now, by, dryRun);
        if (_live.GetOrAdd(job.Name, run) is var first && first != run)
        {
            run.Dispose();
            return (null, first.View);
        }

        try
        {
            if (await BeginAsync(run, note, cancellationToken) is { } other)
            {
                Forget(run);
                return (null, other);
            }
        }
        catch
        {
            Forget(run);
            throw;
        }

        if (_stopping) run.Stop();
        _ = Task.Run(() => RunAsync(job, run), CancellationToken.None);
        return (run, null);
    }

    /// <summary>
    /// Writes the beginning down, unless another node is at it. What this node left as running without being at it is the trace of an end
    /// that could not be written; a scheduled run of another node is over when the schedule hands the job out again.
    /// </summary>
    private async Task<JobRunningView?> BeginAsync(LiveRun run, Action<GatewayDbContext, LiveRun>? note, CancellationToken cancellationToken)
    {
        await using var db = _databases.Create();
        var running = await db.JobRuns.AsNoTracking().Where(r => r.Job == run.Job && r.Outcome == JobOutcomes.Running).ToListAsync(cancellationToken);
        var dead = running.Where(r => r.Node == _node || (r.StartedBy == Schedule && run.StartedBy == Schedule)).ToList();
        if (running.Except(dead).FirstOrDefault() is { } other) return new(other.Id, other.StartedAt, other.Items, other.DryRun, other.StartedBy);
        var ids = dead.Select(r => r.Id).ToList();
        if (ids.Count > 0) await CloseAsync(db, r => ids.Contains(r.Id), cancellationToken);
        db.JobRuns.Add(new()
        {
            Id = run.Id, Job = run.Job, StartedAt = run.StartedAt, Outcome = JobOutcomes.Running, DryRun = run.Progress.IsDryRun, StartedBy = run.StartedBy, Node = _node,
        });
        note?.Invoke(db, run);
        await db.SaveChangesAsync(cancellationToken);
        return null;
    }

    private static Task<int> CloseAsync(GatewayDbContext db, System.Linq.Expressions.Expression<Func<JobRun, bool>> which, CancellationToken cancellationToken) =>
        db.WriteAsync(
            d => d.JobRuns.Where(r => r.Outcome == JobOutcomes.Running).Where(which).ExecuteUpdateAsync(
                s => s.SetProperty(r => r.Outcome, JobOutcomes.Stopped).SetProperty(r => r.Detail, "The gateway ended while the job was running."), cancellationToken),
            cancellationToken);

    private async Task RunAsync(IMaintenanceJob job, LiveRun run)
    {
        string? failure = null;
        var outcome = JobOutcomes.Done;
        try
        {
            await job.RunAsync(run.Progress, run.Stopping);
            if (run.Stopping.IsCancellationRequested) outcome = JobOutcomes.Stopped;
        }
        catch (OperationCanceledException) when (run.Stopping.IsCancellationRequested)
        {
            outcome = JobOutcomes.Stopped;
        }
        catch (Exception fault)
        {
            LogFailed(fault, job.Name, run.Id);
            (outcome, failure) = (JobOutcomes.Failed, fault.GetBaseException().Message);
        }

        var row = Ended(run, outcome, failure);
        await EndAsync(row);
        var view = JobRunView.Of(row);
        // most runs find nothing to do, every minute: only what happened is worth a line
        var quiet = run.StartedBy == Schedule && outcome == JobOutcomes.Done && view.Items == 0 && run.Progress.FaultCount == 0;
        LogEnded(quiet ? LogLevel.Debug : LogLevel.Information, job.Name, run.Id, run.StartedBy, outcome, view.DurationMs ?? 0, view.Items, run.Progress.FaultCount);
        Forget(run);
        run.End(view);
    }

    private JobRun Ended(LiveRun run, string outcome, string? failure)
    {
        var progress = run.Progress;
        List<string> lines = failure is null ? [] : [OneLine(failure)];
        lines.AddRange(progress.Faults.Select(OneLine));
        if (progress.FaultCount > progress.Faults.Count) lines.Add($"… and {progress.FaultCount - progress.Faults.Count} more like these.");
        return new()
        {
            Id = run.Id, Job = run.Job, StartedAt = run.StartedAt, FinishedAt = _time.GetUtcNow(), Outcome = outcome, Items = progress.Items, DryRun = progress.IsDryRun,
            Detail = lines.Count == 0 ? null : string.Join('\n', lines), StartedBy = run.StartedBy, Node = _node,
        };
    }

    private async Task EndAsync(JobRun row)
    {
        for (var round = 1; ; round++)
        {
            try
            {
                await using var db = _databases.Create();
                await db.WriteAsync(
                    d => d.JobRuns.Where(r => r.Id == row.Id).ExecuteUpdateAsync(s => s
                        .SetProperty(r => r.FinishedAt, row.FinishedAt).SetProperty(r => r.Outcome, row.Outcome).SetProperty(r => r.Items, row.Items).SetProperty(r => r.Detail, row.Detail)),
                    CancellationToken.None);
                return;
            }
            catch (Exception fault) when (round == EndRounds)
            {
                LogEndNotWritten(fault, row.Job, row.Id);
                return;
            }
            catch (Exception fault) when (fault is System.Data.Common.DbException or DbUpdateException or IOException)
            {
                await Task.Delay(BetweenRounds, _time);
            }
        }
    }

    private void Forget(LiveRun run)
    {
        _live.TryRemove(KeyValuePair.Create(run.Job, run));
        run.Dispose();
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();
}
