using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OpenClaw.Gateway.Core.Administration.Drills;

/// <summary>Takes up the drills that a restart interrupted, and from then on notes hits and ends. Asks the database nothing while no drill is on.</summary>
internal sealed partial class DrillKeeper(DrillBook book, TimeProvider time, ILogger<DrillKeeper> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var loaded = false;
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                try
                {
                    if (!loaded) await book.LoadAsync(stoppingToken);
                    loaded = true;
                    await book.KeepAsync(stoppingToken);
                }
                catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
                {
                    LogFailed(fault);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the gateway stops; hits of the last seconds are counted again from what was written
        }
    }

    [LoggerMessage(1361, LogLevel.Warning, "What fault drills have hit was not noted; it is tried again")]
    private partial void LogFailed(Exception cause);
}
