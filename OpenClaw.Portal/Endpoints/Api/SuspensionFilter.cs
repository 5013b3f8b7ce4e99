using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary>
/// Refuses keys of a suspended tenant and says why. Calls over the installation are let through: the owner's key may be one of that
/// tenant, and only it can resume it.
/// </summary>
internal sealed class SuspensionFilter(ICatalog catalog) : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (http.GetEndpoint()?.Metadata.GetMetadata<NeededScope>()?.Name == ApiScopeNames.Own) return next(context);
        return catalog.FindTenant(http.Tenant()) is { Suspended: true } tenant ? new(ApiProblems.Of(StatusCodes.Status403Forbidden, Told(tenant))) : next(context);
    }

    private static string Told(TenantModel tenant) =>
        $"The tenant '{tenant.Slug}' is suspended: {tenant.SuspendedReason ?? "no reason was given."} Only the owner of the gateway can resume it.";
}
