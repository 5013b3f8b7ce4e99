using Microsoft.AspNetCore.Authorization;
using OpenClaw.Gateway.Core.Storage.Entities;
using RouteData = Microsoft.AspNetCore.Components.RouteData;

namespace OpenClaw.Portal.Tenancy;

/// <summary>
/// The signed-in person belongs to the tenant whose slug is in the address, with at least that role. Holds for requests and for
/// steps within a circuit.
/// </summary>
internal sealed class TenantMember(TenantRole least) : IAuthorizationRequirement
{
    /// <summary>The policy of pages that every member may see.</summary>
    public const string Policy = "tenant-member";

    /// <summary>The policy of pages for operators and admins.</summary>
    public const string OperatorPolicy = "tenant-operator";

    /// <summary>The policy of pages for admins.</summary>
    public const string AdminPolicy = "tenant-admin";

    /// <summary>Name of the route value.</summary>
    public const string Slug = "Slug";

    /// <summary>The least role that suffices.</summary>
    public TenantRole Least => least;
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
        if (await access.FindAsync(context.User, slug) is { } place && place.Role >= requirement.Least) context.Succeed(requirement);
    }
}
