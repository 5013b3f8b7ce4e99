using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Administration.Queues;

internal static class QueueServices
{
    /// <summary>Adds what reads queues and circuits and steers them. Without <see cref="ICircuits"/> (a tool without a road) all circuits are closed.</summary>
    public static IServiceCollection AddQueues(this IServiceCollection services)
    {
        services.TryAddSingleton(s => new QueueDepths(s.GetRequiredService<ISystemDbFactory>(), s.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(s => new QueueQueries(
            s.GetRequiredService<ITenantDbFactory>(), s.GetRequiredService<ISystemDbFactory>(), s.GetRequiredService<ICatalog>(), s.GetRequiredService<IAgentFigures>(),
            s.GetRequiredService<QueueDepths>(), s.GetService<ICircuits>(), s.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(s => new SetFlow(
            s.GetRequiredService<ITenantDbFactory>(), s.GetRequiredService<ICatalog>(), s.GetRequiredService<QueueQueries>(), s.GetRequiredService<QueueDepths>(), s.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(s => new ForceCircuit(
            s.GetRequiredService<ITenantDbFactory>(), s.GetRequiredService<ICatalog>(), s.GetRequiredService<QueueQueries>(), s.GetRequiredService<TimeProvider>()));
        return services;
    }
}
