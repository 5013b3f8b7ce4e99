using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Ingest;

/// <summary>The door: validation and admission.</summary>
internal static class IngestServices
{
    public static IServiceCollection AddIngest(this IServiceCollection services)
    {
        services.TryAddSingleton<RateLimits>();
        services.TryAddSingleton<TenantLanes>();
        services.TryAddSingleton<Admission>();
        services.TryAddSingleton<IIntakePressure>(s => s.GetRequiredService<Admission>());
        services.TryAddSingleton<Inbox>();
        services.TryAddSingleton<IInbox>(s => s.GetRequiredService<Inbox>());
        services.TryAddSingleton<IDirectInbox>(s => s.GetRequiredService<Inbox>());
        return services;
    }
}
