using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Archive;

namespace OpenClaw.Gateway.Core.Storage.Stores;

/// <summary>Database contexts, the catalog over them, and the index of the archive.</summary>
public static class StoreServices
{
    /// <summary>Adds them. Needs an <see cref="IDatabase"/> and the protection.</summary>
    public static IServiceCollection AddStores(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<DbOptions>();
        services.TryAddSingleton<ITenantDbFactory, TenantDbFactory>();
        services.TryAddSingleton<ISystemDbFactory, SystemDbFactory>();
        services.TryAddSingleton<ICatalog, Catalog>();
        services.TryAddSingleton(s => s.GetRequiredService<IDatabase>().OpenArchiveSearch(s.GetRequiredService<ILogger<IArchiveSearch>>()));
        return services;
    }
}
