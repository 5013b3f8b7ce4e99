using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Gateway.Core.Administration.Routing.Backtests;

/// <summary>
/// Carries back-tests out, one after the other on a node. What one has found is written every two seconds; one that the end of the gateway broke off
/// is marked so at the next start, and is not gone on with.
/// </summary>
internal sealed partial class BacktestRunner(ISystemDbFactory databases, Func<BacktestTools> tools, TimeProvider time, ILogger<BacktestRunner> log) : IBacktestStart, IHostedService, IDisposable
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<Guid, Going> _going = new();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _ended = new();
    private Task _beginning = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _beginning = Task.Run(MarkAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _ended.CancelAsync();
        await Task.WhenAll([_beginning, .. _going.Values.Select(g => g.Task)]).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Kick(Guid backtest)
    {
        var going = new Going(CancellationTokenSource.CreateLinkedTokenSource(_ended.Token));
        if (!_going.TryAdd(backtest, going)) return;
        going.Task = Task.Run(() => KeepAsync(backtest, going), CancellationToken.None);
    }

    public bool Cancel(Guid backtest)
    {
        if (!_going.TryGetValue(backtest, out var going)) return false;
        going.Cancel();
        return true;
    }

    public (long Total, long Judged)? Progress(Guid backtest) => _going.TryGetValue(backtest, out var going) && going.Run is { } run ? (Math.Max(run.Total, run.Judged), run.Judged) : null;

    /// <summary>Done when those that an earlier run left are marked.</summary>
    internal Task Beginning => _beginning;

    /// <summary>Done when it does not run (any more) on this node.</summary>
    internal Task EndedAsync(Guid backtest) => _going.TryGetValue(backtest, out var going) ? going.Task : Task.CompletedTask;

    public void Dispose()
    {
        _ended.Dispose();
        _turn.Dispose();
    }

    /// <summary>What ran when the gateway stopped does not run any more. Those that were begun since are known here.</summary>
    private async Task MarkAsync()
    {
        while (!_ended.IsCancellationRequested)
        {
            try
            {
                await using var db = databases.Create();
                var left = (await db.Backtests.Where(b => b.State == BacktestState.Running).ToListAsync(_ended.Token)).FindAll(b => !_going.ContainsKey(b.Id));
                foreach (var row in left) (row.State, row.Error, row.EndedAt) = (BacktestState.Failed, BacktestQueries.InterruptedWords, time.GetUtcNow());
                if (left.Count > 0) await db.SaveChangesAsync(_ended.Token);
                return;
            }
            catch (OperationCanceledException) when (_ended.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogNotMarked(e);
                await Task.Delay(AfterFailure, time, _ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task KeepAsync(Guid backtest, Going going)
    {
        try
        {
            await _turn.WaitAsync(going.Token);
            try
            {
                await RunAsync(backtest, going);
            }
            finally
            {
                _turn.Release();
            }
        }
        catch (OperationCanceledException) when (going.Token.IsCancellationRequested)
        {
            // whoever cancelled it has said so in its row; the next start marks what the gateway's end broke off
        }
        finally
        {
            _going.TryRemove(backtest, out _);
            going.Dispose();
        }
    }

    private async Task RunAsync(Guid backtest, Going going)
    {
        Backtest? row;
        await using (var db = databases.Create()) row = await db.Backtests.AsNoTracking().FirstOrDefaultAsync(b => b.Id == backtest, going.Token);
        if (row is not { State: BacktestState.Running }) return;
        try
        {
            RuleSetModel live;
            await using (var db = databases.Create()) live = new(row.BaseVersion, await RuleRows.AllAsync(db, row.TenantId, row.BaseVersion, going.Token));
            var run = going.Run = new(tools(), row.TenantId, row.Since, live, new(0, BacktestRules.Read(row.Rules)));
            var written = time.GetTimestamp();
            try
            {
                await run.RunAsync(
                    async () =>
                    {
                        if (time.GetElapsedTime(written) < Between) return;
                        await WriteAsync(backtest, run, null, null);
                        written = time.GetTimestamp();
                    },
                    going.Token);
                await WriteAsync(backtest, run, BacktestState.Done, null);
            }
            catch (OperationCanceledException) when (going.Token.IsCancellationRequested)
            {
                await WriteAsync(backtest, run, null, null);
                throw;
            }
        }
        catch (Exception e) when (e is not OperationCanceledException || !going.Token.IsCancellationRequested)
        {
            LogFailed(e, row.TenantId, backtest);
            await WriteAsync(backtest, going.Run, BacktestState.Failed, "A fault of the gateway; its log says more. Start it again.");
        }
    }

    /// <summary>A row that somebody cancelled meanwhile stays so; it gets what was found until then.</summary>
    private async Task WriteAsync(Guid backtest, BacktestRun? run, BacktestState? state, string? error)
    {
        await using var db = databases.Create();
        if (await db.Backtests.FirstOrDefaultAsync(b => b.Id == backtest, CancellationToken.None) is not { } row) return;
        if (run is not null) (row.Total, row.Judged, row.Result) = (Math.Max(run.Total, run.Judged), run.Judged, run.Result.ToJson());
        if (state is { } to && row.State == BacktestState.Running) (row.State, row.Error, row.EndedAt) = (to, error, time.GetUtcNow());
        await db.SaveChangesAsync(CancellationToken.None);
    }

    [LoggerMessage(7451, LogLevel.Error, "Back-tests of an earlier run could not be marked as interrupted; that is tried again")]
    private partial void LogNotMarked(Exception cause);

    [LoggerMessage(7452, LogLevel.Error, "A back-test failed (tenant {Tenant}, back-test {Backtest})")]
    private partial void LogFailed(Exception cause, Guid tenant, Guid backtest);

    private sealed class Going(CancellationTokenSource stop) : IDisposable
    {
        private readonly Lock _gate = new();
        private bool _isOver;

        public CancellationToken Token { get; } = stop.Token;

        public Task Task { get; set; } = Task.CompletedTask;

        public BacktestRun? Run { get; set; }

        public void Cancel()
        {
            lock (_gate)
                if (!_isOver) stop.Cancel();
        }

        public void Dispose()
        {
            lock (_gate)
            {
                _isOver = true;
                stop.Dispose();
            }
        }
    }
}
