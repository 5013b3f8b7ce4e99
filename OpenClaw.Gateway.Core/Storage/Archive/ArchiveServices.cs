using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Storage.Archive;

/// <summary>The archive. Needs an <see cref="IArchiveSearch"/> and an <see cref="ILiveSessions"/>.</summary>
internal static class ArchiveServices
{
    public static IServiceCollection AddArchive(this IServiceCollection services)
    {
        services.TryAddSingleton<ArchiveFiles>();
        services.TryAddSingleton<ArchiveReader>();
        services.TryAddSingleton<IArchivedEntries>(s => s.GetRequiredService<ArchiveReader>());
        services.TryAddSingleton<SessionTurns>();
        services.TryAddSingleton<RowRemoval>();
        services.TryAddSingleton<RowsLeft>();
        services.TryAddSingleton<SessionArchiver>();
        services.TryAddSingleton<ArchivedSessions>();
        services.TryAddSingleton<ArchiveRecovery>();
        services.TryAddSingleton<IArchivedSessions>(s => s.GetRequiredService<ArchivedSessions>());
        services.TryAddSingleton(s => new Lazy<IArchivedSessions>(s.GetRequiredService<IArchivedSessions>));
        services.TryAddSingleton(s => new Lazy<ILiveSessions>(s.GetRequiredService<ILiveSessions>));
        services.TryAddSingleton<ArchiveRemoval>();
        services.AddSingleton<ITenantRemoval>(s => s.GetRequiredService<ArchiveRemoval>());
        return services;
    }
}
