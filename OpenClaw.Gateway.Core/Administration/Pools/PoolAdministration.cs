using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Administration.Pools;

/// <summary>What people do with pools.</summary>
public static class PoolAdministration
{
    /// <summary>Needs the stores and live figures.</summary>
    public static IServiceCollection AddPools(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<PoolQueries>();
        services.TryAddSingleton<SavePool>();
        services.TryAddSingleton<DeletePool>();
        services.TryAddSingleton(s => new PoolStatusQuery(s.GetRequiredService<ICatalog>(), s.GetRequiredService<IAgentFigures>(), s.GetService<IAgentGates>()));
        return services;
    }
}
