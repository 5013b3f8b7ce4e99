using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace OpenClaw.Gateway.Core.Channels.WebSocket;

/// <summary>The public endpoint of WebSocket channels (docs/contracts/websocket.md).</summary>
public static class WebSocketEndpoint
{
    private const string Pattern = "/channels/{channelId}/socket";

    /// <summary>
    /// Maps <c>GET /channels/{channelId}/socket</c>. CONNECT is the same over HTTP/2 (RFC 8441). Brings its own WebSocket middleware; the host
    /// needs none.
    /// </summary>
    public static IEndpointConventionBuilder MapWebSocketChannel(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var listener = endpoints.ServiceProvider.GetRequiredService<WebSocketListener>();
        var pipeline = endpoints.CreateApplicationBuilder();
        pipeline.UseWebSockets();
        pipeline.Run(listener.HandleAsync);
        endpoints.Map(Pattern, RefuseAsync).AllowAnonymous().WithOrder(1).WithDisplayName("WebSocket channel, other methods");
        return endpoints
            .MapMethods(Pattern, [HttpMethods.Get, HttpMethods.Connect], pipeline.Build())
            .AllowAnonymous() // it checks its own credentials
            .WithDisplayName("WebSocket channel");
    }

    private static Task RefuseAsync(HttpContext http)
    {
        http.Response.Headers.Allow = "GET, CONNECT";
        return new Handshake.Refusal(StatusCodes.Status405MethodNotAllowed, "method_not_allowed", "A socket is opened by GET with a WebSocket upgrade.").WriteAsync(http);
    }
}
