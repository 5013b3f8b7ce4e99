using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Access;

namespace OpenClaw.Gateway.Core.Administration.Pairings;

/// <summary>People who ask to be let in.</summary>
public static class PairingServices
{
    /// <summary>Adds the list of them and the decisions. Needs the stores, the journal and the catalog.</summary>
    public static IServiceCollection AddPairings(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddChannelAccess();
        services.TryAddSingleton<PairingQueries>();
        services.TryAddSingleton<DecidePairing>();
        return services;
    }
}
