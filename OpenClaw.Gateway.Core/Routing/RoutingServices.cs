using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace OpenClaw.Gateway.Core.Routing;

/// <summary>The choice of the agent.</summary>
internal static class RoutingServices
{
    public static IServiceCollection AddAgentRouting(this IServiceCollection services)
    {
        services.TryAddSingleton<Router>();
        return services;
    }
}
