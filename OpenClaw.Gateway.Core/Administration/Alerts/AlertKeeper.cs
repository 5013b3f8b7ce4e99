using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OpenClaw.Gateway.Core.Administration.Alerts;

/// <summary>Looks at the rules every 15 seconds and sends what is due, so that an alert arrives within half a minute. Looking never waits for an endpoint.</summary>
internal sealed partial class AlertKeeper(AlertWatch watch, AlertNotices notices, TimeProvider time, ILogger<AlertKeeper> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);
    private readonly SemaphoreSlim _looked = new(1, 1);

    public override void Dispose()
    {
        base.Dispose();
        _looked.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(LookAsync(stoppingToken), TellAsync(stoppingToken));

    private async Task LookAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryAsync("looked at", watch.RunAsync, stoppingToken);
                if (_looked.CurrentCount == 0) _looked.Release();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the gateway stops
        }
    }

    /// <summary>After every look, and at the start for what a restart interrupted.</summary>
    private async Task TellAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await _looked.WaitAsync(stoppingToken);
                await TryAsync("told", async token => await notices.RunAsync(token), stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the gateway stops; what is due stands in the alerts' rows
        }
    }

    private async Task TryAsync(string what, Func<CancellationToken, Task> work, CancellationToken stoppingToken)
    {
        try
        {
            await work(stoppingToken);
        }
        catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
        {
            LogFailed(fault, what);
        }
    }

    [LoggerMessage(1375, LogLevel.Warning, "Alerts could not be {What}; it is tried again")]
    private partial void LogFailed(Exception cause, string what);
}
