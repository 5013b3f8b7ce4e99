using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing.Intents;
using OpenClaw.Gateway.Core.Routing.Intents.Quality;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Protection;

namespace OpenClaw.Gateway.Core.Administration.Intents;

/// <summary>What people do with intents.</summary>
public static class IntentAdministration
{
    /// <summary>Adds commands and queries. Needs the stores, the protection and the routing.</summary>
    public static IServiceCollection AddIntentAdministration(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddIntents();
        services.TryAddSingleton(s => new IntentQueries(s.Get<ITenantDbFactory>(), s.Get<ICatalog>(), s.Get<IntentRecognizer>(), s.Get<IntentQualityRuns>(), s.Get<TimeProvider>()));
        services.TryAddSingleton<SaveIntent>();
        services.TryAddSingleton<DeleteIntent>();
        services.TryAddSingleton<ImportExamples>();
        services.TryAddSingleton(s => new SaveIntentOptions(s.Get<ITenantDbFactory>(), s.Get<SecretProtector>(), s.Get<ICatalog>(), s.Get<TimeProvider>()));
        services.TryAddSingleton<SuggestExamples>();
        services.TryAddSingleton<Suggestions>();
        return services;
    }

    private static T Get<T>(this IServiceProvider services) where T : notnull => services.GetRequiredService<T>();
}
