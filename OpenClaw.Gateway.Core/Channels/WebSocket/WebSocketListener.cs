using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.WebSocket.Handshake;
using OpenClaw.Gateway.Core.Storage.Stores;
using NetSocket = System.Net.WebSockets.WebSocket;

namespace OpenClaw.Gateway.Core.Channels.WebSocket;

/// <summary>
/// Answers <c>GET /channels/{channelId}/socket</c>. Cheap checks that tell nothing come first, credentials last; whatever is refused is
/// refused by plain HTTP, before the upgrade.
/// </summary>
internal sealed partial class WebSocketListener(
    SocketServices services,
    ICatalog catalog,
    Gatekeeper gatekeeper,
    PairingDoor door,
    ConnectionCounter counter,
    IEnumerable<IJournalHealth> health)
{
    public async Task HandleAsync(HttpContext http)
    {
        if (Check(http, out var refusal) is not { } request)
        {
            await refusal!.WriteAsync(http);
            return;
        }

        var address = Normal(http.Connection.RemoteIpAddress);
        if (!counter.TryEnter(address))
        {
            await Refusal.TooMany.WriteAsync(http);
            return;
        }

        try
        {
            var admission = gatekeeper.Admit(request.Channel, request.Offer, request.Query, Header(http.Request.Headers.Origin), out refusal);
            refusal = admission is null ? refusal : await door.RefuseAsync(admission, http.RequestAborted);
            if (refusal is not null || admission is null) await refusal!.WriteAsync(http);
            else await ServeAsync(http, admission);
        }
        finally
        {
            counter.Leave(address);
        }
    }

    private sealed record Request(ChannelModel Channel, Offer Offer, HandshakeQuery Query);

    private Request? Check(HttpContext http, out Refusal? refusal)
    {
        refusal = Availability();
        if (refusal is not null) return null;
        var channel = Guid.TryParse(http.Request.RouteValues["channelId"] as string, out var id) ? catalog.FindChannel(id) : null;
        refusal = !ChannelSettings.IsOpen(channel) ? Refusal.NotFound
            : !http.WebSockets.IsWebSocketRequest ? Refusal.BadRequest("A WebSocket upgrade (version 13) is expected.")
            : null;
        if (refusal is not null) return null;
        if (Offer.Parse(http.WebSockets.WebSocketRequestedProtocols, Header(http.Request.Headers.Authorization), out refusal) is not { } offer) return null;
        return HandshakeQuery.Parse(http.Request.Query, out refusal) is { } query ? new(channel!, offer, query) : null;
    }

    private Refusal? Availability() =>
        services.Registry.IsStopping ? Refusal.Stopping
        : health.Any(store => store.Fault is not null) ? Refusal.Overloaded
        : null;

    private async Task ServeAsync(HttpContext http, Admission admission)
    {
        var connection = new SocketConnection(services, http, admission);
        try
        {
            if (!await TryAttachAsync(http, connection)) return;
            var heartbeat = TimeSpan.FromSeconds(admission.Settings.HeartbeatSeconds);
            using NetSocket socket = await http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
            {
                SubProtocol = Offer.Protocol,
                KeepAliveInterval = heartbeat,
                KeepAliveTimeout = heartbeat, // the second heartbeat of silence: a ping after one, the end after another
            });
            await connection.RunAsync(socket);
        }
        finally
        {
            connection.Feed.Dispose();
        }
    }

    private async Task<bool> TryAttachAsync(HttpContext http, SocketConnection connection)
    {
        try
        {
            await connection.Feed.AttachAsync(http.RequestAborted);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogAttachFailed(services.Logger, connection.Channel.Tenant.Id, connection.Channel.Id, e);
            await Refusal.Overloaded.WriteAsync(http);
            return false;
        }
    }

    private static string? Header(Microsoft.Extensions.Primitives.StringValues values) => values.Count == 1 ? values[0] : null;

    private static IPAddress Normal(IPAddress? address) =>
        address is null ? IPAddress.None : address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    [LoggerMessage(4007, LogLevel.Error, "A socket of tenant {Tenant}, channel {Channel} is refused: its session could not be opened")]
    private static partial void LogAttachFailed(ILogger logger, Guid tenant, Guid channel, Exception exception);
}
