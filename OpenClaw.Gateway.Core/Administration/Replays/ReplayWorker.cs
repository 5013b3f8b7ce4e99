using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Delivery;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Replays;

/// <summary>Carries replays of many out, each by its own run, together with no more messages on their way than people are not slowed by. A restart goes on with them.</summary>
internal sealed partial class ReplayWorker(ISystemDbFactory databases, ReplayingMessages replaying, ReplayTools tools, TimeProvider time, ILogger<ReplayWorker> log, DeliveryBook? deliveries = null) : IReplayStart, IHostedService, IDisposable
{
    /// <summary>Of all replays together.</summary>
    private const int MostOnTheirWay = 64;

    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);
    private static readonly string[] GoingOn = [ReplayStates.Preparing, ReplayStates.Running];
    private static readonly string[] Resting = [ReplayStates.Paused, ReplayStates.Stopped];
    private readonly Dictionary<Guid, (ReplayRun Run, Task Task)> _runs = [];
    private readonly CancellationTokenSource _ended = new();
    private Task _beginning = Task.CompletedTask;
    private bool _isOpen;

    /// <summary>The gateway does not wait for it: a database that takes no writes now must not keep it from starting.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        replaying.Over += Tell;
        if (deliveries is not null) deliveries.ReplayOver += Tell;
        lock (_runs) _isOpen = true;
        _beginning = Task.Run(BeginAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        replaying.Over -= Tell;
        if (deliveries is not null) deliveries.ReplayOver -= Tell;
        Task[] running;
        lock (_runs)
        {
            _isOpen = false;
            running = [.. _runs.Values.Select(r => r.Task)];
        }

        await _ended.CancelAsync();
        await Task.WhenAll([_beginning, .. running]).WaitAsync(cancellationToken);
    }

    public void Kick(Guid replay)
    {
        lock (_runs)
        {
            if (!_isOpen) return; // the next start looks for itself
            if (_runs.TryGetValue(replay, out var known))
            {
                known.Run.Wake();
                return;
            }

            var run = new ReplayRun(replay, tools, Room);
            _runs[replay] = (run, Task.Run(() => KeepAsync(replay, run)));
        }
    }

    public void Dispose() => _ended.Dispose();

    private async Task BeginAsync()
    {
        while (!_ended.IsCancellationRequested)
        {
            try
            {
                var settled = await tools.Settlement.RunAsync(atStart: true, _ended.Token);
                if (settled > 0) LogSettled(settled);
                await using var db = databases.Create();
                // also those that are held in: what they had begun is still to be counted, and one with nothing left is done
                foreach (var id in await db.Replays.Where(r => GoingOn.Contains(r.State) || r.Started > r.Answered + r.Failed || (Resting.Contains(r.State) && r.Total <= r.Skipped + r.Started)).OrderBy(r => r.Id).Select(r => r.Id).ToListAsync(_ended.Token)) Kick(id);
                return;
            }
            catch (OperationCanceledException) when (_ended.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogNotBegun(e);
                await Task.Delay(AfterFailure, time, _ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private int Room()
    {
        lock (_runs) return Math.Max(4, MostOnTheirWay / Math.Max(1, _runs.Count));
    }

    private void Tell(ReplayOutcome outcome) =>
        Tell(outcome.Replay.LetterId, outcome.Replay.ReplayId, outcome.Again, outcome.State == MessageState.Dropped ? "It was dropped: a rule says so, or its user stopped it." : null);

    private void Tell(Guid letter, Guid? replay, DeadLetter? again) => Tell(letter, replay, again, null);

    private void Tell(Guid letter, Guid? replay, DeadLetter? again, string? note)
    {
        if (replay is not { } id) return;
        var outcome = again is null ? new ItemOutcome(letter, ReplayItemStates.Answered, note, null) : new(letter, ReplayItemStates.Failed, again.Detail, null);
        lock (_runs)
            if (_runs.TryGetValue(id, out var known)) known.Run.Tell(outcome);
    }

    private async Task KeepAsync(Guid replay, ReplayRun run)
    {
        while (!_ended.IsCancellationRequested)
        {
            try
            {
                await run.RunAsync(_ended.Token);
                lock (_runs)
                {
                    // somebody resumed it in this moment
                    if (run.IsWoken) continue;
                    _runs.Remove(replay);
                    return;
                }
            }
            catch (OperationCanceledException) when (_ended.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogFailed(e, replay);
                await Task.Delay(AfterFailure, time, _ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(7401, LogLevel.Warning, "{Count} replays of dead letters had ended without saying so, and are settled")]
    private partial void LogSettled(int count);

    [LoggerMessage(7403, LogLevel.Error, "Replays of an earlier run could not be looked for; that is tried again")]
    private partial void LogNotBegun(Exception cause);

    [LoggerMessage(7402, LogLevel.Error, "Replay {Replay} was cut off by a fault and is tried again")]
    private partial void LogFailed(Exception cause, Guid replay);
}
