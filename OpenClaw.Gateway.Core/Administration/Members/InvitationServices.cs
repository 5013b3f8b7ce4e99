using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace OpenClaw.Gateway.Core.Administration.Members;

/// <summary>How people come into a tenant.</summary>
public static class InvitationServices
{
    /// <summary>Adds invitations. Needs the stores.</summary>
    public static IServiceCollection AddInvitations(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<Invitations>();
        services.TryAddSingleton<InvitationOffers>();
        return services;
    }
}
