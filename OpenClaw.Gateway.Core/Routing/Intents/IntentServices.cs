using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing.Intents.Embeddings;
using OpenClaw.Gateway.Core.Routing.Intents.Quality;

namespace OpenClaw.Gateway.Core.Routing.Intents;

/// <summary>The recognition of intents.</summary>
internal static class IntentServices
{
    public static IServiceCollection AddIntents(this IServiceCollection services)
    {
        services.TryAddSingleton<IntentClassifiers>();
        services.TryAddSingleton<EmbeddingsClient>();
        services.TryAddSingleton<EmbeddingsRecognizer>();
        services.TryAddSingleton<IntentRecognizer>();
        services.TryAddSingleton<IIntentRecognizer>(s => s.GetRequiredService<IntentRecognizer>());
        services.TryAddSingleton<IntentQualityRuns>();
        return services;
    }
}
