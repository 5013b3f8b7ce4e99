using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Sessions;

namespace OpenClaw.Gateway.Core.Pipeline;

/// <summary>Route, dispatch, collect, conclude.</summary>
internal static class PipelineServices
{
    public static IServiceCollection AddPipeline(this IServiceCollection services)
    {
        services.TryAddSingleton<Suspensions>();
        services.AddSingleton<ITenantRemoval>(s => s.GetRequiredService<Suspensions>());
        services.TryAddSingleton<TakeOvers>();
        services.TryAddSingleton<Waits>();
        services.AddSingleton<ITenantRemoval>(s => s.GetRequiredService<Waits>());
        services.TryAddSingleton<OpenAsks>();
        services.TryAddSingleton<Loops.LoopGuard>();
        services.TryAddSingleton<Watches.UnwantedMessages>();
        services.TryAddSingleton<IMessageStops, Watches.MessageStops>();
        services.TryAddSingleton<Watches.MessageWatches>();
        services.TryAddSingleton<IMessageWatches>(s => s.GetRequiredService<Watches.MessageWatches>());
        services.TryAddSingleton<Pipeline>();
        services.TryAddSingleton<IMailboxHandler>(s => s.GetRequiredService<Pipeline>());
        services.TryAddSingleton<LateAnswers>();
        services.TryAddSingleton<ISessionWriter, SessionWriter>();
        services.TryAddSingleton<ISessionControl, SessionControl>();
        return services;
    }
}
