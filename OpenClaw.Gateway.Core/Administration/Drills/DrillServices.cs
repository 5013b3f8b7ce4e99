using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.Drills;

/// <summary>Fault drills.</summary>
public static class DrillServices
{
    /// <summary>Adds commands, queries and <see cref="IDrills"/>. Needs the stores.</summary>
    public static IServiceCollection AddDrills(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(s => new DrillBook(s.GetRequiredService<ISystemDbFactory>(), s.GetRequiredService<ICatalog>(), s.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IDrills>(s => s.GetRequiredService<DrillBook>());
        services.TryAddSingleton<DrillQueries>();
        services.TryAddSingleton<DrillFigures>();
        services.TryAddSingleton<RunDrill>();
        return services;
    }

    /// <summary>Adds the worker that takes drills up after a restart, notes what they hit, and ends them.</summary>
    public static IServiceCollection AddDrillKeeper(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSingleton<IHostedService, DrillKeeper>();
        return services;
    }
}
