using System.Net.WebSockets;
using Microsoft.Extensions.Hosting;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.WebSocket.Handshake;

namespace OpenClaw.Gateway.Core.Channels.WebSocket;

/// <summary>
/// Follows changes of the configuration: sockets whose channel is gone, disabled or would not let them in any more are closed with 1008,
/// the others go on with the channel as it is now.
/// </summary>
internal sealed class ChannelWatch(ICatalog catalog, SocketRegistry registry) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        catalog.Changed += Queue;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        catalog.Changed -= Queue;
        return Task.CompletedTask;
    }

    private void Queue() => ThreadPool.UnsafeQueueUserWorkItem(static watch => watch.Review(), this, preferLocal: false);

    private void Review()
    {
        foreach (var connection in registry.All())
        {
            var before = connection.Channel;
            var now = catalog.FindChannel(before.Id);
            if (ReferenceEquals(before, now)) continue;
            if (now is not null && ChannelSettings.IsOpen(now) && StillAdmits(connection, before, now)) connection.Channel = now;
            else _ = connection.CloseAsync(WebSocketCloseStatus.PolicyViolation, "policy");
        }
    }

    private static bool StillAdmits(SocketConnection connection, ChannelModel before, ChannelModel now)
    {
        if (before.Scope != now.Scope) return false; // the address belongs to another session now
        var settings = ChannelSettings.Of(now);
        if (settings.AllowedUsers?.Contains(connection.Address.UserId, StringComparer.Ordinal) == false) return false;
        return connection.Admission.Signed
            ? ChannelSettings.SigningSecrets(connection.Admission.Channel).Any(secret => ChannelSettings.SigningSecrets(now).Contains(secret, StringComparer.Ordinal))
            : settings.Anonymous;
    }
}
