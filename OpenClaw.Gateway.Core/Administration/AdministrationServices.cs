using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Administration.Conversations;

namespace OpenClaw.Gateway.Core.Administration;

/// <summary>What an admin can do and read; portal and API both call these.</summary>
public static class AdministrationServices
{
    /// <summary>Adds commands and queries. Needs the stores, the protection and the kinds of channels and agents.</summary>
    public static IServiceCollection AddAdministration(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<SessionQueries>();
        services.TryAddSingleton<MessageQueries>();
        services.TryAddSingleton<DeadLetterQueries>();
        return services;
    }
}
