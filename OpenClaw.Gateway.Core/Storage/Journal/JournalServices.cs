using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Gateway.Core.Storage.Journal;

/// <summary>The journal. Needs an <see cref="IDatabase"/>.</summary>
internal static class JournalServices
{
    public static IServiceCollection AddJournal(this IServiceCollection services)
    {
        services.TryAddSingleton<Journal>();
        services.TryAddSingleton<IJournalHealth>(s => s.GetRequiredService<Journal>());
        services.TryAddSingleton<IEntryIndex>(s => s.GetRequiredService<Journal>());
        return services;
    }
}
