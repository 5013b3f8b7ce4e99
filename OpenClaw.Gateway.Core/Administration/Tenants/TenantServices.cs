using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Agents;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Administration.Tenants.Transfer;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Protection;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Administration.Tenants;

/// <summary>What the owner of the installation does with tenants.</summary>
public static class TenantServices
{
    /// <summary>Adds commands and queries. Needs the stores.</summary>
    public static IServiceCollection AddTenants(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<UsageMeter>();
        services.TryAddSingleton(s => new TenantQueries(s.Get<ISystemDbFactory>(), s.Get<UsageMeter>(), s.Get<TimeProvider>()));
        services.TryAddSingleton(s => new UsageQueries(s.Get<ISystemDbFactory>(), s.Get<UsageMeter>(), s.Get<TimeProvider>()));
        services.TryAddSingleton<SaveTenant>();
        services.TryAddSingleton(s => new TenantRemoval(
            s.Get<ISystemDbFactory>(), s.GetServices<ITenantRemoval>(), s.Get<ICatalog>(), s.Get<ApiKeyLookup>(), s.Get<ILogger<TenantRemoval>>()));
        services.TryAddSingleton(s => new DeleteTenant(s.Get<ISystemDbFactory>(), s.Get<TenantRemoval>(), s.Get<ICatalog>(), s.Get<TimeProvider>()));
        services.TryAddSingleton<ExportTenant>();
        services.TryAddSingleton(s => new ImportTenant(
            s.Get<ISystemDbFactory>(), s.Get<ITenantDbFactory>(), s.Get<AgentKinds>(), s.Get<ChannelKinds>(), s.Get<SecretProtector>(), s.Get<ICatalog>(), s.Get<GatewayOptions>(), s.Get<TimeProvider>()));
        return services;
    }

    private static T Get<T>(this IServiceProvider services)
        where T : notnull => services.GetRequiredService<T>();
}
