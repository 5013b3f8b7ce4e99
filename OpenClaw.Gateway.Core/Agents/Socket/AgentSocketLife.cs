using Microsoft.Extensions.Hosting;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Agents.Socket;

/// <summary>Follows the configuration, and ends the connections in the first stage of the gateway's stop, while answers can still be written.</summary>
internal sealed class AgentSocketLife(ICatalog catalog, AgentSockets sockets) : IHostedLifecycleService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        catalog.Changed += Review;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        catalog.Changed -= Review;
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => sockets.StopAsync(cancellationToken);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Review() => ThreadPool.UnsafeQueueUserWorkItem(static sockets => sockets.Review(), sockets, preferLocal: false);
}
