using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Events.Webhooks;

/// <summary>Events that are POSTed to tenants' endpoints.</summary>
internal static class EventWebhookServices
{
    /// <summary>Needs the stores, the journal, protection, the guarded HTTP and an <see cref="IEventWebhookSwitch"/>. <see cref="WebhookEndpoints.ReloadAsync"/> is called before the journal starts.</summary>
    public static IServiceCollection AddEventWebhooks(this IServiceCollection services)
    {
        services.TryAddSingleton(new EventWebhookOptions());
        services.TryAddSingleton<WebhookEndpoints>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITenantRemoval, WebhookEndpoints>(s => s.GetRequiredService<WebhookEndpoints>()));
        services.TryAddSingleton<EventOutbox>();
        services.TryAddSingleton<IGroupEvents>(s => s.GetRequiredService<EventOutbox>());
        services.TryAddSingleton<IEventPosts, EventPosts>();
        services.TryAddSingleton<EventRequest>();
        services.TryAddSingleton<LaneTools>();
        services.TryAddSingleton<EventSender>();
        services.TryAddSingleton<EventUpkeep>();
        return services;
    }
}
