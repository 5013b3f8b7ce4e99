using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Maintenance;

/// <summary>Jobs that keep the installation itself in order.</summary>
internal static class UpkeepServices
{
    /// <summary>Adds them. Needs the road, the blobs and the database.</summary>
    public static IServiceCollection AddUpkeepJobs(this IServiceCollection services)
    {
        services.AddSingleton<LostBlobs>();
        services.AddSingleton<IMaintenanceJob, RescueJob>();
        services.AddSingleton<IMaintenanceJob, AttachmentsJob>();
        services.AddSingleton<IMaintenanceJob, DatabaseJob>();
        services.AddSingleton<IMaintenanceJob, HistoryJob>();
        return services;
    }
}
