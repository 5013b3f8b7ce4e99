using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Administration.Archive;

/// <summary>What people do with archived conversations.</summary>
public static class ArchiveAdministration
{
    /// <summary>Adds queries, search, restore and export. Needs the archive, the stores, the journal and file links.</summary>
    public static IServiceCollection AddArchiveAdministration(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<ArchiveFiles>();
        services.TryAddSingleton<ArchiveReader>();
        services.TryAddSingleton(s => new ArchiveQueries(s.Get<ITenantDbFactory>(), s.Get<IArchiveSearch>(), s.Get<ArchiveReader>(), s.Get<ICatalog>(), s.Get<IFileLinks>()));
        services.TryAddSingleton(s => new ArchiveSnippets(s.Get<ArchiveReader>()));
        services.TryAddSingleton(s => new RestoreSession(s.Get<ITenantDbFactory>(), s.Get<IArchivedSessions>(), s.Get<SessionQueries>(), s.Get<TimeProvider>()));
        services.TryAddSingleton(s => new ExportSession(
            s.Get<ITenantDbFactory>(), s.Get<SessionQueries>(), s.Get<ArchiveQueries>(), s.Get<ArchiveReader>(), s.Get<IEntryIndex>(), s.Get<IFileLinks>(), s.Get<TimeProvider>()));
        return services;
    }

    private static T Get<T>(this IServiceProvider services) where T : notnull => services.GetRequiredService<T>();
}
