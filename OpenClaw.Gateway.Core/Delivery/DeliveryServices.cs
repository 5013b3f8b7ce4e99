using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Delivery.Previews;

namespace OpenClaw.Gateway.Core.Delivery;

/// <summary>The lanes of the outbox. Needs the catalog, the journal, the archive, the event bus and the channels' senders. Start it by <see cref="Outbox.StartAsync"/>.</summary>
internal static class DeliveryServices
{
    public static IServiceCollection AddDelivery(this IServiceCollection services)
    {
        services.TryAddSingleton<DeliveryStore>();
        services.TryAddSingleton<PreviewStore>();
        services.TryAddSingleton<DeliveryBook>();
        services.TryAddSingleton<Outbox>();
        services.TryAddSingleton<IOutbox>(s => s.GetRequiredService<Outbox>());
        services.TryAddSingleton<IOutboxLanes>(s => s.GetRequiredService<Outbox>());
        services.AddSingleton<ITenantRemoval>(s => s.GetRequiredService<Outbox>());
        services.TryAddSingleton<ReplayDelivery>();
        return services;
    }
}
