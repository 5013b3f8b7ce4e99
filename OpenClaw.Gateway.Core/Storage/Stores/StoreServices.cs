using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Storage.Stores;

/// <summary>Database contexts and the catalog over them.</summary>
public static class StoreServices
{
    /// <summary>Adds both. Needs an <see cref="IDatabase"/> and the protection.</summary>
    public static IServiceCollection AddStores(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<DbOptions>();
        services.TryAddSingleton<ITenantDbFactory, TenantDbFactory>();
        services.TryAddSingleton<ISystemDbFactory, SystemDbFactory>();
        services.TryAddSingleton<ICatalog, Catalog>();
        return services;
    }
}
