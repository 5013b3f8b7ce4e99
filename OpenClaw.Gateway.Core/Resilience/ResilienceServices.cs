using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Resilience;

/// <summary>Registers what calls out of the process pass through.</summary>
public static class ResilienceServices
{
    /// <summary>Adds the guard and the HTTP that passes it. Needs <see cref="GatewayOptions"/>, <see cref="TimeProvider"/> and logging.</summary>
    public static IServiceCollection AddResilience(this IServiceCollection services)
    {
        services.TryAddSingleton(s => new PrivateHosts(Parse(s.GetRequiredService<GatewayOptions>().PrivateHosts)));
        services.TryAddSingleton<IPrivateHosts>(s => s.GetRequiredService<PrivateHosts>());
        services.TryAddSingleton<IHostResolver, SystemResolver>();
        services.TryAddSingleton<OutgoingGuard>();
        services.TryAddSingleton<OutgoingConnector>();
        services.TryAddSingleton<OutgoingHttp>();
        services.TryAddSingleton<Circuits>();
        services.TryAddSingleton<ICircuits>(s => s.GetRequiredService<Circuits>());
        return services;
    }

    private static PrivateHostList Parse(IReadOnlyList<string> entries) =>
        PrivateHostList.TryParse(entries, out var list, out var faults)
            ? list
            : throw new InvalidOperationException($"{DestinationForbiddenException.Key}: {string.Join("; ", faults)}");
}
