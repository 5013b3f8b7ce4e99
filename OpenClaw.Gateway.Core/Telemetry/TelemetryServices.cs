using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace OpenClaw.Gateway.Core.Telemetry;

/// <summary>Registers what observes the gateway.</summary>
public static class TelemetryServices
{
    /// <summary>Adds the live figures.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<LiveFigures>();
        services.TryAddSingleton<ILiveFigures>(p => p.GetRequiredService<LiveFigures>());
        return services;
    }
}
