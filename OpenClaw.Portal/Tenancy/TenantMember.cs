using Microsoft.AspNetCore.Authorization;
using RouteData = Microsoft.AspNetCore.Components.RouteData;

namespace OpenClaw.Portal.Tenancy;

/// <summary>The signed-in person belongs to the tenant whose slug is in the address. Holds for requests and for steps within a circuit.</summary>
internal sealed class TenantMember : IAuthorizationRequirement
{
    /// <summary>Name of the policy.</summary>
    public const string Policy = "tenant-member";

    /// <summary>Name of the route value.</summary>
    public const string Slug = "Slug";
}

internal sealed class TenantMemberHandler(TenantAccess access) : AuthorizationHandler<TenantMember>
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, TenantMember requirement)
    {
        var slug = context.Resource switch
        {
            HttpContext http => http.GetRouteValue(TenantMember.Slug) as string,
            RouteData route => route.RouteValues.GetValueOrDefault(TenantMember.Slug) as string,
            _ => null,
        };
        if (await access.FindAsync(context.User, slug) is not null) context.Succeed(requirement);
    }
}
