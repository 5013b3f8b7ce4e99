using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace OpenClaw.Gateway.Core.Telemetry;

/// <summary>Registers what observes the gateway.</summary>
public static class TelemetryServices
{
    /// <summary>Adds the live figures, the usage meter and the counters of the routing rules.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ExportFigures>();
        services.TryAddSingleton<UsageMeter>();
        services.TryAddSingleton<TenantLoads>();
        services.TryAddSingleton<LiveFigures>();
        services.TryAddSingleton<ILiveFigures>(p => p.GetRequiredService<LiveFigures>());
        services.TryAddSingleton<RuleHits>();
        services.TryAddSingleton<IRuleHits>(p => p.GetRequiredService<RuleHits>());
        services.TryAddSingleton<AgentLoads>();
        services.TryAddSingleton<IAgentFigures>(p => p.GetRequiredService<AgentLoads>());
        return services;
    }
}
