using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Ingest;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Administration.Metrics;

/// <summary>Registers the node's figures. Needs the road.</summary>
internal static class MetricsServices
{
    public static IServiceCollection AddMetricsPage(this IServiceCollection services)
    {
        services.TryAddSingleton(s => new ScaleSignal(
            s.GetRequiredService<Admission>(), s.GetRequiredService<TenantLoads>(), s.GetRequiredService<TimeProvider>(), static () => Environment.CpuUsage.TotalTime));
        services.TryAddSingleton(s => new MetricsPage(
            s.GetRequiredService<ICatalog>(), s.GetRequiredService<SessionTable>(), s.GetRequiredService<ILiveFigures>(), s.GetRequiredService<TenantLoads>(),
            s.GetRequiredService<AgentLoads>(), s.GetRequiredService<ICircuits>(), s.GetRequiredService<ScaleSignal>(), s.GetRequiredService<TimeProvider>()));
        return services;
    }
}
