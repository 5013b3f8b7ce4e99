using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Network;
using OpenClaw.Gateway.Core.Administration.Tenants;
using OpenClaw.Gateway.Core.Delivery;
using OpenClaw.Gateway.Core.Events.Webhooks;
using OpenClaw.Gateway.Core.Maintenance;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Hosting;

/// <summary>Starts the gateway before the first connection is taken, and stops it after the last one is gone.</summary>
internal sealed partial class GatewayHost(
    DatabaseStart start, IDatabase database, Bootstrapper bootstrapper, NetworkSettings network, Journal journal,
    IArchiveSearch search, WebhookEndpoints endpoints, SessionTable sessions, Pipeline.Pipeline pipeline, Outbox outbox, UsageBook usage, TimeProvider time, ILogger<GatewayHost> log) : IHostedService, IDisposable
{
    /// <summary>Replies that are being sent at a stop are given so long; what is cut off is unknown, and settled after the next start.</summary>
    private static readonly TimeSpan SendingMayTake = TimeSpan.FromSeconds(5);

    private IDisposable? _claim;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        _claim = await start.OpenAsync(cancellationToken);
        await search.StartAsync(cancellationToken);
        await network.LoadAsync(cancellationToken);
        await bootstrapper.RunAsync(cancellationToken);
        await usage.StartAsync(cancellationToken);
        await endpoints.ReloadAsync(cancellationToken);
        journal.Start();
        await outbox.StartAsync(cancellationToken);
        var recovered = await sessions.RecoverAsync(cancellationToken);
        if (recovered > 0) LogRecovered(recovered, time.GetElapsedTime(started).TotalMilliseconds);
        LogStarted(database.Name, string.Join(", ", journal.Durability.Select(d => $"{d.Key}={d.Value}")), time.GetElapsedTime(started).TotalMilliseconds);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await pipeline.StopAsync();
        await outbox.StopAsync(SendingMayTake);
        journal.Stop();
        try
        {
            await usage.WriteAsync(cancellationToken);
        }
        catch (Exception fault) when (fault is System.Data.Common.DbException or DbUpdateException or OperationCanceledException)
        {
            // a full disk must not turn the stop into a failure: the next start counts again what is missing
            LogUsageNotWritten(fault);
        }
    }

    public void Dispose() => _claim?.Dispose();

    [LoggerMessage(1301, LogLevel.Information, "The gateway runs on {Database} ({Durability}), ready after {Milliseconds:0} ms")]
    private partial void LogStarted(string database, string durability, double milliseconds);

    [LoggerMessage(1303, LogLevel.Warning, "The usage of the last seconds was not written; the next start counts it again")]
    private partial void LogUsageNotWritten(Exception fault);

    [LoggerMessage(1302, LogLevel.Information, "Recovered {Count} unfinished messages, back in their sessions after {Milliseconds:0} ms")]
    private partial void LogRecovered(int count, double milliseconds);
}
