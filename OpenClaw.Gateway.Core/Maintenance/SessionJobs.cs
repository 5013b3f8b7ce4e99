using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Maintenance;

/// <summary>What moves live sessions along their life.</summary>
internal static class SessionJobs
{
    public static IServiceCollection AddSessionJobs(this IServiceCollection services) =>
        services.AddSingleton<IMaintenanceJob, SessionsDormancy>().AddSingleton<IMaintenanceJob, SessionsExpiry>();
}
