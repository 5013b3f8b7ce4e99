using Microsoft.AspNetCore.Authorization;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Portal.Tenancy;

/// <summary>Keeps tenants' pages apart.</summary>
internal static class TenancyServices
{
    public static IServiceCollection AddPortalTenancy(this IServiceCollection services)
    {
        services.AddSingleton<TenantAccess>();
        services.AddSingleton<Callers>();
        services.AddSingleton<IAuthorizationHandler, TenantMemberHandler>();
        services.AddSingleton<IAuthorizationHandler, InstallationOwnerHandler>();
        services.AddAuthorizationBuilder()
            .AddPolicy(TenantMember.Policy, policy => policy.RequireAuthenticatedUser().AddRequirements(new TenantMember(TenantRole.Viewer)))
            .AddPolicy(TenantMember.OperatorPolicy, policy => policy.RequireAuthenticatedUser().AddRequirements(new TenantMember(TenantRole.Operator)))
            .AddPolicy(TenantMember.AdminPolicy, policy => policy.RequireAuthenticatedUser().AddRequirements(new TenantMember(TenantRole.Admin)))
            .AddPolicy(InstallationOwner.Policy, policy => policy.RequireAuthenticatedUser().AddRequirements(new InstallationOwner()));
        return services;
    }
}
