using Microsoft.AspNetCore.Authorization;

namespace OpenClaw.Portal.Tenancy;

/// <summary>Keeps tenants' pages apart.</summary>
internal static class TenancyServices
{
    public static IServiceCollection AddPortalTenancy(this IServiceCollection services)
    {
        services.AddSingleton<TenantAccess>();
        services.AddSingleton<IAuthorizationHandler, TenantMemberHandler>();
        services.AddAuthorizationBuilder().AddPolicy(TenantMember.Policy, policy => policy.RequireAuthenticatedUser().AddRequirements(new TenantMember()));
        return services;
    }
}
