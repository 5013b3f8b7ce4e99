using Microsoft.AspNetCore.Components.Endpoints;
using OpenClaw.Portal.Components.Pages.Account;
using OpenClaw.Portal.Hosting;

namespace OpenClaw.Portal.Identity;

/// <summary>While nobody owns the installation every page leads to the set-up; once somebody does, the set-up is gone.</summary>
internal sealed class SetupGate(RequestDelegate next, Installation installation)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var page = context.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>()?.Type;
        if (page is null || page.IsAssignableTo(typeof(IFaultPage))) await next(context);
        else if (await installation.IsOwnedAsync(context.RequestAborted) == (page != typeof(Setup))) await next(context);
        else if (page == typeof(Setup)) context.Response.StatusCode = StatusCodes.Status404NotFound;
        else context.Response.Redirect(PortalPaths.At(context, PortalPaths.Setup));
    }
}
