using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using OpenClaw.Gateway.Core.Routing.Intents;

namespace OpenClaw.Gateway.Core.Routing;

/// <summary>The choice of the agent.</summary>
internal static class RoutingServices
{
    public static IServiceCollection AddAgentRouting(this IServiceCollection services)
    {
        services.TryAddSingleton<RuleSets>();
        services.AddIntents();
        services.TryAddSingleton<Pools.AgentGroups>();
        services.TryAddSingleton<Router>();
        services.TryAddSingleton<RouteExplainer>(s => new(s.GetRequiredService<Router>(), s.GetRequiredService<Abstractions.ICatalog>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, RuleHitKeeper>());
        return services;
    }
}
