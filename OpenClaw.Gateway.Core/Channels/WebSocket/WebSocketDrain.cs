using System.Net.WebSockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OpenClaw.Gateway.Core.Channels.WebSocket;

/// <summary>
/// Ends the sockets when the host stops: handshakes get 503, every client is told <c>bye</c> and closed with 1001. It acts in the
/// first stage of the stop, while the server and the inbox still work, so that what was offered is still acked.
/// </summary>
internal sealed partial class WebSocketDrain(SocketRegistry registry, TimeProvider time, ILogger<WebSocketDrain> logger) : IHostedLifecycleService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var open = registry.Stop();
        foreach (var connection in open) _ = connection.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, "stopping");
        try
        {
            await registry.WaitForEmptyAsync().WaitAsync(Patience, time, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            LogLeft(logger, registry.Count);
            foreach (var connection in registry.All()) connection.Drop(DropCause.CloseUnanswered, fault: null);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(4301, LogLevel.Warning, "{Count} sockets did not close in time and are dropped")]
    private static partial void LogLeft(ILogger logger, int count);
}
