using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.Jobs;

/// <summary>Running, scheduling and reading jobs. The jobs themselves are every <see cref="IMaintenanceJob"/> that is registered.</summary>
public static class JobServices
{
    /// <summary>Adds commands and queries. A host that brings a scheduler registers its <see cref="IJobSchedule"/> after this.</summary>
    public static IServiceCollection AddJobs(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<IJobSchedule, NoSchedule>();
        services.TryAddSingleton(s => new JobRunner(
            s.GetRequiredService<ISystemDbFactory>(), s.GetServices<IMaintenanceJob>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<JobRunner>>()));
        services.TryAddSingleton<JobTimings>();
        services.TryAddSingleton<JobQueries>();
        services.TryAddSingleton<ChangeJob>();
        services.TryAddSingleton<RunJob>();
        return services;
    }
}
