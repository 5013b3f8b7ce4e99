using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Access;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Channels.Http;

/// <summary>Registration of the HTTP channel. Needs the inbox, the catalog and the outbox's lanes.</summary>
internal static class HttpServices
{
    public static IServiceCollection AddHttpChannel(this IServiceCollection services)
    {
        services.AddResilience();
        services.TryAddSingleton<ChannelInbox>();
        services.AddChannelAccess();
        services.TryAddSingleton<HttpSender>();
        services.TryAddSingleton<HttpMessages>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IChannelSender, HttpSender>(s => s.GetRequiredService<HttpSender>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IChannelKind, HttpKind>());
        return services;
    }
}
