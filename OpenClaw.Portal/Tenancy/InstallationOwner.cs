using Microsoft.AspNetCore.Authorization;

namespace OpenClaw.Portal.Tenancy;

/// <summary>The signed-in person owns the installation.</summary>
internal sealed class InstallationOwner : IAuthorizationRequirement
{
    /// <summary>Name of the policy.</summary>
    public const string Policy = "owner";
}

internal sealed class InstallationOwnerHandler(TenantAccess access) : AuthorizationHandler<InstallationOwner>
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, InstallationOwner requirement)
    {
        if (await access.IsOwnerAsync(context.User)) context.Succeed(requirement);
    }
}
