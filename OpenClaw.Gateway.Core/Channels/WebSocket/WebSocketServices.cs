using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Access;
using OpenClaw.Gateway.Core.Channels.WebSocket.Handshake;
using OpenClaw.Gateway.Core.Channels.WebSocket.Uploads;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Channels.WebSocket;

/// <summary>Registration of the WebSocket channel.</summary>
public static class WebSocketServices
{
    /// <summary>
    /// Adds the channel and its care. Needs the session hub, the inbox, the journal, the catalog, the blob store, the event bus, key material, the database
    /// factories and the gateway's options. Map it by <see cref="WebSocketEndpoint.MapWebSocketChannel"/>.
    /// </summary>
    public static IServiceCollection AddWebSocketChannel(this IServiceCollection services)
    {
        services.AddTelemetry();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IChannelKind, WebSocketKind>());
        services.AddSingleton<ResumeTokens>();
        services.AddSingleton<Gatekeeper>();
        services.AddChannelAccess();
        services.AddSingleton<PairingDoor>();
        services.AddSingleton<ConnectionCounter>();
        services.AddSingleton<SocketRegistry>();
        services.AddSingleton<ITenantRemoval>(provider => provider.GetRequiredService<SocketRegistry>());
        services.AddSingleton<UploadStore>();
        services.AddSingleton<UploadCleanup>();
        services.AddSingleton<SocketServices>();
        services.AddSingleton<WebSocketListener>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IChannelRestart, SocketRestart>());
        services.AddHostedService<ChannelWatch>();
        services.AddHostedService<WebSocketDrain>();
        return services;
    }
}
