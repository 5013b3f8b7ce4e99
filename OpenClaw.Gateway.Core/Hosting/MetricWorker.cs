using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Maintenance.Metrics;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Hosting;

/// <summary>
/// Has the figures kept, every ten seconds on the clock. Folding goes on while a write takes its time; what a write could not do, the next one does. A stop
/// writes what was counted last; a kill loses at most ten seconds.
/// </summary>
internal sealed partial class MetricWorker(MetricRecorder recorder, MetricRollUp rollUp, TimeProvider time, ILogger<MetricWorker> log) : BackgroundService
{
    private static readonly TimeSpan LastMayTake = TimeSpan.FromSeconds(3);
    private bool _isStarted;
    private bool _hasFailed;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (!_isStarted) return;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(LastMayTake);
        recorder.Fold(isLast: true);
        await TryAsync(token => recorder.WriteAsync(token), patience.Token);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await TryAsync(BeginAsync, stoppingToken);
        var writing = Task.CompletedTask;
        var span = MetricResolution.Finest.Span;
        while (!stoppingToken.IsCancellationRequested)
        {
            var now = time.GetUtcNow();
            await Task.Delay(MetricResolution.Finest.Floor(now) + span - now, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested) break;
            recorder.Fold();
            if (writing.IsCompleted) writing = TryAsync(KeepAsync, stoppingToken);
        }

        await writing;
    }

    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        // what is folded while this is written is for the next time
        var until = recorder.FoldedUntil;
        await recorder.WriteAsync(cancellationToken);
        await rollUp.RunAsync(until, cancellationToken);
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (!_isStarted) await recorder.StartAsync(cancellationToken);
        _isStarted = true;
    }

    private async Task TryAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work(cancellationToken);
            if (_hasFailed) LogGoesOn();
            _hasFailed = false;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // it stops
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (!_hasFailed) LogFailed(e);
            _hasFailed = true;
        }
    }

    [LoggerMessage(1342, LogLevel.Warning, "The figures for the charts could not be written; they wait in memory and are written with the next ones")]
    private partial void LogFailed(Exception cause);

    [LoggerMessage(1343, LogLevel.Information, "The figures for the charts are written again")]
    private partial void LogGoesOn();
}
