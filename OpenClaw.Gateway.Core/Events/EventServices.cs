using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Events;

/// <summary>The event bus.</summary>
internal static class EventServices
{
    public static IServiceCollection AddEvents(this IServiceCollection services)
    {
        services.TryAddSingleton<EventBus>();
        services.TryAddSingleton<IEventBus>(s => s.GetRequiredService<EventBus>());
        return services;
    }
}
