using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Portal.Jobs;

/// <summary>The scheduler beside the gateway.</summary>
internal static class JobScheduleServices
{
    /// <summary>Adds it; after <c>AddGateway</c>, whose runner it drives.</summary>
    public static IServiceCollection AddJobSchedule(this IServiceCollection services)
    {
        services.AddSingleton<JobSchedule>();
        services.AddSingleton<IJobSchedule>(s => s.GetRequiredService<JobSchedule>());
        services.AddHostedService<JobHost>();
        return services;
    }
}
