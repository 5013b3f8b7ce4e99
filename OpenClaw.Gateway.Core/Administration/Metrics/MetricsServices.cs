using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Ingest;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Administration.Metrics;

/// <summary>Registers the node's figures. Needs the road.</summary>
internal static class MetricsServices
{
    /// <summary>The figures that are kept. Needs the stores only.</summary>
    public static IServiceCollection AddMetricQueries(this IServiceCollection services)
    {
        services.TryAddSingleton(s => new MetricQueries(s.GetRequiredService<ISystemDbFactory>(), s.GetRequiredService<ICatalog>(), s.GetRequiredService<TimeProvider>()));
        return services;
    }

    public static IServiceCollection AddMetricsPage(this IServiceCollection services)
    {
        services.TryAddSingleton(s => new ScaleSignal(
            s.GetRequiredService<Admission>(), s.GetRequiredService<TenantLoads>(), s.GetRequiredService<TimeProvider>(), static () => Environment.CpuUsage.TotalTime));
        services.AddMetrics();
        services.TryAddSingleton<MetricFamilies>();
        services.TryAddSingleton(s => new MetricsPage(s.GetRequiredService<MetricFamilies>()));
        services.AddHostedService<GatewayMeter>();
        return services;
    }
}
