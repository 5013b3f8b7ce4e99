using System.Net.WebSockets;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.WebSocket;

/// <summary>Closes a channel's sockets with <c>bye</c>; clients come back by themselves, with their resume tokens.</summary>
internal sealed class SocketRestart(SocketRegistry registry) : IChannelRestart
{
    public string Kind => WebSocketKind.Name;

    /// <summary>Does not wait for the clients: a socket that does not close is dropped after a few seconds.</summary>
    public int Restart(Guid channel)
    {
        var open = registry.All().Where(c => c.Channel.Id == channel).ToList();
        foreach (var connection in open) _ = connection.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, "restart");
        return open.Count;
    }
}
