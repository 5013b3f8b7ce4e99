using OpenClaw.Gateway.Core.Administration.Jobs;

namespace OpenClaw.Portal.Jobs;

/// <summary>Starts the schedule once the gateway takes messages; at the end asks running jobs to stop after their batch and waits some seconds.</summary>
internal sealed partial class JobHost(JobSchedule schedule, JobRunner runner, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<JobHost> log) : BackgroundService
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await runner.StopAsync();
        await base.StopAsync(cancellationToken);
        await schedule.DisposeAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // at once, not when it is this service's turn: sockets and calls of the API that wait for a run would keep it back
        await using var stop = lifetime.ApplicationStopping.Register(runner.BeginStop);
        if (!await StartedAsync(stoppingToken)) return;
        await CloseLeftoversAsync(stoppingToken);
        await schedule.KeepAsync(stoppingToken);
    }

    private async Task<bool> StartedAsync(CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var yes = lifetime.ApplicationStarted.Register(() => started.TrySetResult(true));
        await using var no = cancellationToken.Register(() => started.TrySetResult(false));
        return await started.Task;
    }

    private async Task CloseLeftoversAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await runner.CloseLeftoversAsync(cancellationToken);
                return;
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                LogLeftoversFailed(fault);
                await Task.Delay(AfterFailure, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    [LoggerMessage(8411, LogLevel.Warning, "Runs that an earlier process left behind could not be closed; it is tried again")]
    private partial void LogLeftoversFailed(Exception fault);
}
