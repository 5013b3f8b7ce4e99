using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace OpenClaw.Gateway.Core.Administration.Replays;

/// <summary>Carrying replays out.</summary>
internal static class ReplayServices
{
    /// <summary>Adds what carries them out. Needs the road and the administration.</summary>
    public static IServiceCollection AddReplays(this IServiceCollection services)
    {
        services.TryAddSingleton<IReplayPost, SessionReplayPost>();
        return services;
    }
}
