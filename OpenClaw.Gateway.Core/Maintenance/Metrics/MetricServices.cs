using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Events;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Maintenance.Metrics;

/// <summary>What keeps figures for the charts. Needs the road.</summary>
internal static class MetricServices
{
    public static IServiceCollection AddMetricHistory(this IServiceCollection services)
    {
        services.TryAddSingleton(s => new MetricRecorder(
            s.GetRequiredService<ISystemDbFactory>(), Sources(s), s.GetRequiredService<ICatalog>(), Node, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<MetricRecorder>>()));
        services.TryAddSingleton(s => new MetricRollUp(s.GetRequiredService<ISystemDbFactory>(), Node, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ITenantRemoval>(s => s.GetRequiredService<MetricRecorder>());
        return services;
    }

    private static string Node => Environment.MachineName;

    private static IMetricSource[] Sources(IServiceProvider services) =>
    [
        new ChannelSource(services.GetRequiredService<LiveFigures>()),
        new AgentSource(services.GetRequiredService<AgentLoads>(), services.GetRequiredService<ICatalog>()),
        new TenantSource(services.GetRequiredService<ICatalog>(), services.GetRequiredService<TenantLoads>(), services.GetRequiredService<UsageMeter>()),
        new QueueSource(services.GetRequiredService<SessionTable>(), services.GetRequiredService<TimeProvider>()),
        new NodeSource(services.GetRequiredService<Journal>(), services.GetRequiredService<EventBus>(), services.GetRequiredService<TimeProvider>()),
    ];
}
