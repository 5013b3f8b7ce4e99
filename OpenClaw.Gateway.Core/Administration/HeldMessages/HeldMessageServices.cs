using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Administration.HeldMessages;

/// <summary>What channels have held back, for people.</summary>
public static class HeldMessageServices
{
    /// <summary>Adds queries and commands. Needs the stores, the blobs and the restart of channels.</summary>
    public static IServiceCollection AddHeldMessages(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<HeldMessageQueries>();
        services.TryAddSingleton<HeldMessageSource>();
        services.TryAddSingleton<ReleaseHeldMessage>();
        services.TryAddSingleton(s => new DiscardHeldMessages(
            s.GetRequiredService<ITenantDbFactory>(), s.GetRequiredService<IBlobStore>(), s.GetRequiredService<UsageMeter>(), s.GetRequiredService<ICatalog>(), s.GetRequiredService<TimeProvider>()));
        return services;
    }
}
