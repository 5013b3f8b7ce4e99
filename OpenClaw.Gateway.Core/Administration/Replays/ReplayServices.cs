using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.DeadLetters;

namespace OpenClaw.Gateway.Core.Administration.Replays;

/// <summary>Carrying replays out.</summary>
internal static class ReplayServices
{
    /// <summary>Adds what carries them out, over restarts, and what clears them away. Needs the road and the administration.</summary>
    public static IServiceCollection AddReplays(this IServiceCollection services)
    {
        services.TryAddSingleton<IReplayPost, SessionReplayPost>();
        services.TryAddSingleton<ReplayBook>();
        services.TryAddSingleton<ReplayPreparation>();
        services.TryAddSingleton<ReplaySettlement>();
        services.TryAddSingleton<ShadowAsker>();
        services.TryAddSingleton<ReplayTools>();
        services.TryAddSingleton<ReplayWorker>();
        services.AddSingleton<IReplayStart>(s => s.GetRequiredService<ReplayWorker>());
        services.AddHostedService(s => s.GetRequiredService<ReplayWorker>());
        services.AddSingleton<IMaintenanceJob, DeadLettersJob>();
        return services;
    }
}
