using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Administration.Tenants;
using OpenClaw.Gateway.Core.Events.Webhooks;
using OpenClaw.Gateway.Core.Maintenance;
using OpenClaw.Gateway.Core.Pipeline;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Hosting;

/// <summary>Small recurring work beside the road. One that fails is logged and tried again; it never ends the others.</summary>
internal sealed partial class GatewayCare(
    IDatabase database, SessionTable sessions, LateAnswers lateAnswers, UsageBook usage, TenantRemoval removal, EventUpkeep events, TimeProvider time, ILogger<GatewayCare> log) : BackgroundService
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(2);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        KeepAsync("database care", database.MaintainAsync, stoppingToken),
        KeepAsync("idle sessions", ct => EveryAsync(TimeSpan.FromSeconds(30), _ => Task.FromResult(sessions.Sweep()), ct), stoppingToken),
        KeepAsync("long sessions", ct => EveryAsync(TimeSpan.FromSeconds(2), _ => Task.FromResult(sessions.Trim()), ct), stoppingToken),
        KeepAsync("late answers", ct => EveryAsync(TimeSpan.FromSeconds(1), lateAnswers.RunAsync, ct), stoppingToken),
        KeepAsync("events for endpoints", ct => EveryAsync(TimeSpan.FromMinutes(5), events.RunAsync, ct), stoppingToken),
        KeepAsync("usage", ct => EveryAsync(TimeSpan.FromSeconds(10), usage.WriteAsync, ct), stoppingToken),
        KeepAsync("removal of tenants", ct => EveryAsync(TimeSpan.FromMinutes(1), removal.RunAsync, ct), stoppingToken));

    private async Task EveryAsync(TimeSpan interval, Func<CancellationToken, Task<int>> run, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken)) await run(cancellationToken);
    }

    private async Task KeepAsync(string work, Func<CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await run(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogFailed(e, work);
                await Task.Delay(AfterFailure, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(1311, LogLevel.Warning, "{Work} failed and is tried again")]
    private partial void LogFailed(Exception cause, string work);
}
