using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Protection;

namespace OpenClaw.Gateway.Core.Administration.Erasures;

/// <summary>Erasing people.</summary>
public static class ErasureServices
{
    /// <summary>Adds what asks for erasures and shows them. Needs the stores and the protection.</summary>
    internal static IServiceCollection AddErasureRequests(this IServiceCollection services)
    {
        services.TryAddSingleton<ErasureQueries>();
        services.TryAddSingleton<PersonSearch>();
        services.TryAddSingleton<IErasureStart, AtNextRun>();
        services.TryAddSingleton(s => new RequestErasure(
            s.GetRequiredService<ITenantDbFactory>(), s.GetRequiredService<SecretProtector>(), new(s.GetRequiredService<ErasureCount>), s.GetRequiredService<IErasureStart>(), s.GetRequiredService<TimeProvider>()));
        return services;
    }

    /// <summary>Adds what carries them out: at once, at the start, and as a job. Needs the sessions, the archive and the administration.</summary>
    public static IServiceCollection AddErasures(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<PersonFinder>();
        services.TryAddSingleton<PersonRecords>();
        services.TryAddSingleton<PersonPairings>();
        services.TryAddSingleton<PersonMails>();
        services.TryAddSingleton<ErasureCount>();
        services.TryAddSingleton<ErasureWork>();
        services.TryAddSingleton<ErasureRunner>();
        services.AddSingleton<IErasureStart>(s => s.GetRequiredService<ErasureRunner>());
        services.AddSingleton<IMaintenanceJob>(s => s.GetRequiredService<ErasureRunner>());
        services.AddHostedService(s => s.GetRequiredService<ErasureRunner>());
        return services;
    }
}
