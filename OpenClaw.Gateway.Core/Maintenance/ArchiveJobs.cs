using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Maintenance;

/// <summary>The archive's recurring upkeep. Needs the archive.</summary>
internal static class ArchiveJobs
{
    public static IServiceCollection AddArchiveJobs(this IServiceCollection services)
    {
        services.TryAddSingleton<ArchiveSessions>();
        services.TryAddSingleton<CheckArchive>();
        services.TryAddSingleton<IndexArchive>();
        services.AddSingleton<IMaintenanceJob>(s => s.GetRequiredService<ArchiveSessions>());
        services.AddSingleton<IMaintenanceJob>(s => s.GetRequiredService<CheckArchive>());
        services.AddSingleton<IMaintenanceJob>(s => s.GetRequiredService<IndexArchive>());
        return services;
    }
}
