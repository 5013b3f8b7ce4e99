using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Maintenance.Retention;

/// <summary>The job that deletes what is past its retention.</summary>
internal static class RetentionServices
{
    /// <summary>Needs the sessions, their removal and the archive.</summary>
    public static IServiceCollection AddRetention(this IServiceCollection services)
    {
        services.AddSingleton<Retention>();
        services.AddSingleton<IMaintenanceJob>(s => s.GetRequiredService<Retention>());
        return services;
    }
}
