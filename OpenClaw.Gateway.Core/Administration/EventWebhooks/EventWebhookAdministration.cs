using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Events.Webhooks;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Storage.Protection;

namespace OpenClaw.Gateway.Core.Administration.EventWebhooks;

/// <summary>What people do with endpoints for events.</summary>
public static class EventWebhookAdministration
{
    /// <summary>Needs the stores, the journal, protection, the guarded HTTP and the events' own services.</summary>
    public static IServiceCollection AddEventWebhookAdministration(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddEventWebhooks();
        services.TryAddSingleton<EventWebhookQueries>();
        services.TryAddSingleton(s => new SaveEventWebhook(s.Get<ITenantDbFactory>(), s.Get<SecretProtector>(), s.Get<WebhookEndpoints>(), s.Get<TimeProvider>()));
        services.TryAddSingleton(s => new DeleteEventWebhook(s.Get<ITenantDbFactory>(), s.Get<WebhookEndpoints>(), s.Get<Journal>(), s.Get<TimeProvider>()));
        services.TryAddSingleton(s => new TestEventWebhook(s.Get<ITenantDbFactory>(), s.Get<WebhookEndpoints>(), s.Get<EventRequest>(), s.Get<EventWebhookOptions>(), s.Get<TimeProvider>()));
        services.TryAddSingleton(s => new ResendEvents(s.Get<ITenantDbFactory>(), s.Get<Journal>(), s.Get<EventSender>(), s.Get<TimeProvider>()));
        services.TryAddSingleton<IEventWebhookSwitch, EventWebhookSwitch>();
        return services;
    }

    private static T Get<T>(this IServiceProvider services) where T : notnull => services.GetRequiredService<T>();
}
