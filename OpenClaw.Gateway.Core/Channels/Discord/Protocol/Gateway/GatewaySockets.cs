using System.Net.WebSockets;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Channels.Discord.Protocol.Gateway;

using WebSocket = System.Net.WebSockets.WebSocket;

/// <summary>Opens WebSockets to gateways. All bots share one handler; every connection passes the guard, as the address comes from the other side.</summary>
internal sealed class GatewaySockets : IDisposable
{
    private static readonly TimeSpan OpenWithin = TimeSpan.FromSeconds(15);

    private readonly HttpMessageInvoker _invoker;
    private readonly TimeProvider _time;

    public GatewaySockets(OutgoingConnector connector, TimeProvider time)
    {
        _time = time;
        _invoker = new(new SocketsHttpHandler
        {
            ConnectCallback = async (context, token) => await connector.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, token).ConfigureAwait(false),
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionIdleTimeout = TimeSpan.Zero,
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
        });
    }

    /// <summary>Opens one. Failures are <see cref="DiscordException"/>s.</summary>
    public async ValueTask<WebSocket> OpenAsync(Uri url, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        // its own pings stay out of it: the gateway's heartbeats are the proof of life
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        socket.Options.SetRequestHeader("User-Agent", ClientName.UserAgent);
        using var limit = new CancellationTokenSource(OpenWithin, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await socket.ConnectAsync(url, _invoker, either.Token).ConfigureAwait(false);
            return socket;
        }
        catch (Exception e) when (e is WebSocketException or HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            if (DestinationForbiddenException.In(e) is { } forbidden)
                throw new DiscordException(FailureKind.Forbidden, $"Discord's gateway may not be reached: {forbidden.Message}") { Fix = $"Ask the owner of the installation to allow it ({DestinationForbiddenException.Key}), or correct apiBaseUrl." };
            throw new DiscordException(FailureKind.Transient, $"No connection to Discord's gateway at {url.Host}: {(e is OperationCanceledException ? "no answer in time" : Reason(e))}");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose() => _invoker.Dispose();

    private static string Reason(Exception e) => e.InnerException is { } inner ? Reason(inner) : e.Message;
}
