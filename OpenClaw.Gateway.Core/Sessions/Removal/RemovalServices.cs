using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace OpenClaw.Gateway.Core.Sessions.Removal;

/// <summary>Removing sessions, and people from sessions.</summary>
internal static class RemovalServices
{
    /// <summary>Needs the sessions, the archive, the journal and the blobs.</summary>
    public static IServiceCollection AddRemoval(this IServiceCollection services)
    {
        services.TryAddSingleton<AttachmentRemoval>();
        services.TryAddSingleton<SessionRemoval>();
        services.TryAddSingleton<SessionPeople>();
        services.TryAddSingleton<SharedSessionCleaner>();
        return services;
    }
}
