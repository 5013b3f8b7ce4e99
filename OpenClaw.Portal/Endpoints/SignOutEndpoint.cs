using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Hosting;

namespace OpenClaw.Portal.Endpoints;

/// <summary>Ends a sign-in, in every window that it is open in. A form with an antiforgery token: a link must not sign people out.</summary>
internal static class SignOutEndpoint
{
    public static void MapSignOut(this IEndpointRouteBuilder app) =>
        app.MapPost(PortalPaths.SignOut, static async (HttpContext http, SignInManager<Person> signIn, [FromForm] string? returnUrl) =>
        {
            await signIn.SignOutAsync();
            return Results.LocalRedirect(PortalPaths.IsLocal(returnUrl) ? returnUrl! : PortalPaths.At(http, PortalPaths.SignIn));
        });
}
