using System.Net.WebSockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.WebSocket.Handshake;

namespace OpenClaw.Gateway.Core.Channels.WebSocket;

/// <summary>
/// Follows changes of the configuration and of who was let in: sockets whose channel is gone, disabled or would not let them in any more are closed
/// with 1008, the others go on with the channel as it is now.
/// </summary>
internal sealed partial class ChannelWatch(ICatalog catalog, SocketRegistry registry, IChannelAccess access, PairingDoor door, ILogger<ChannelWatch> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        catalog.Changed += Queue;
        access.Changed += QueueOne;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        catalog.Changed -= Queue;
        access.Changed -= QueueOne;
        return Task.CompletedTask;
    }

    private void Queue() => ThreadPool.UnsafeQueueUserWorkItem(static watch => watch.Review(), this, preferLocal: false);

    private void QueueOne(Guid channel) => ThreadPool.UnsafeQueueUserWorkItem(static w => w.Watch.Ask(w.Channel), (Watch: this, Channel: channel), preferLocal: false);

    private void Review()
    {
        foreach (var connection in registry.All())
        {
            var before = connection.Channel;
            var now = catalog.FindChannel(before.Id);
            if (ReferenceEquals(before, now)) continue;
            if (now is null || !ChannelSettings.IsOpen(now) || !StillAdmits(connection, before, now))
            {
                Close(connection);
                continue;
            }

            connection.Channel = now;
            if (ChannelSettings.Of(now).Pairing) _ = AskAsync(connection, now);
        }
    }

    private void Ask(Guid channel)
    {
        if (catalog.FindChannel(channel) is not { } now || !ChannelSettings.IsOpen(now) || !ChannelSettings.Of(now).Pairing) return;
        foreach (var connection in registry.All())
            if (connection.Channel.Id == channel) _ = AskAsync(connection, now);
    }

    private async Task AskAsync(SocketConnection connection, ChannelModel now)
    {
        try
        {
            if (!await door.KeepsAsync(now, connection.Address)) Close(connection);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // nobody knows whether they may stay: they come back and are asked again
            LogNotKnown(logger, e, now.Tenant.Id, now.Id);
            Close(connection);
        }
    }

    private static void Close(SocketConnection connection) => _ = connection.CloseAsync(WebSocketCloseStatus.PolicyViolation, "policy");

    private static bool StillAdmits(SocketConnection connection, ChannelModel before, ChannelModel now)
    {
        if (before.Scope != now.Scope) return false; // the address belongs to another session now
        var settings = ChannelSettings.Of(now);
        if (settings.AllowedUsers?.Contains(connection.Address.UserId, StringComparer.Ordinal) == false) return false;
        return connection.Admission.Signed
            ? ChannelSettings.SigningSecrets(connection.Admission.Channel).Any(secret => ChannelSettings.SigningSecrets(now).Contains(secret, StringComparer.Ordinal))
            : settings is { Anonymous: true, Pairing: false };
    }

    [LoggerMessage(4011, LogLevel.Warning, "Tenant {Tenant}, channel {Channel}: whether a user may stay could not be looked up; the socket is closed")]
    private static partial void LogNotKnown(ILogger logger, Exception exception, Guid tenant, Guid channel);
}
