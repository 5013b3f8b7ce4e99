using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace OpenClaw.Gateway.Core.Administration.Holds;

/// <summary>What keeps conversations from being deleted.</summary>
public static class HoldServices
{
    /// <summary>Adds legal holds. Needs the stores.</summary>
    public static IServiceCollection AddHolds(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<HoldQueries>();
        services.TryAddSingleton<SaveHold>();
        return services;
    }
}
