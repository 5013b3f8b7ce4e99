using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace OpenClaw.Gateway.Core.Administration.Members;

/// <summary>Who is in a tenant.</summary>
public static class MemberServices
{
    /// <summary>Adds the list of members and its changes. Needs the stores.</summary>
    public static IServiceCollection AddMembers(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<MemberQueries>();
        services.TryAddSingleton<ChangeMember>();
        return services;
    }
}
