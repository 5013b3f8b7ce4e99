using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Administration.Replays;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Administration.DeadLetters;

/// <summary>Dead letters, the quarantine, and what asks for replays.</summary>
internal static class DeadLetterServices
{
    /// <summary>Adds commands and queries. What carries replays out is added with the gateway (<see cref="ReplayServices"/>).</summary>
    public static IServiceCollection AddDeadLetters(this IServiceCollection services)
    {
        services.TryAddSingleton<DeadLetterQueries>();
        services.TryAddSingleton(s => new DeadLetterDetails(s.Get<ITenantDbFactory>(), s.Get<MessageQueries>(), s.Lazily<LetterReplayer>(), s.Get<ICatalog>()));
        services.TryAddSingleton<ReplayQueries>();
        services.TryAddSingleton<IReplayStart, AtNextStart>();
        services.TryAddSingleton<LetterReplayer>();
        services.TryAddSingleton(s => new StartReplay(s.Get<ITenantDbFactory>(), s.Get<ICatalog>(), s.Get<IReplayStart>(), s.Get<TimeProvider>()));
        services.TryAddSingleton(s => new SteerReplay(s.Get<ITenantDbFactory>(), s.Lazily<Journal>(), s.Get<ICatalog>(), s.Get<IReplayStart>(), s.Get<TimeProvider>()));
        services.TryAddSingleton(s => new ReplayLetter(
            s.Get<ITenantDbFactory>(), s.Lazily<LetterReplayer>(), s.Get<StartReplay>(), s.Get<DeadLetterQueries>(), s.Get<ICatalog>(), s.Get<GatewayOptions>(), s.Get<TimeProvider>()));
        services.TryAddSingleton(s => new ResolveLetter(s.Get<ITenantDbFactory>(), s.Lazily<Journal>(), s.Get<TimeProvider>()));
        services.TryAddSingleton(s => new Quarantine(s.Get<ITenantDbFactory>(), s.Get<DeadLetterQueries>(), s.Lazily<LetterReplayer>(), s.Get<ResolveLetter>(), s.Get<TimeProvider>()));
        return services;
    }

    private static T Get<T>(this IServiceProvider services) where T : notnull => services.GetRequiredService<T>();

    private static Lazy<T> Lazily<T>(this IServiceProvider services) where T : notnull => new(services.GetRequiredService<T>);
}
