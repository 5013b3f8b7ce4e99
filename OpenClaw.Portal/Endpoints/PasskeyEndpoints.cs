using Microsoft.AspNetCore.Antiforgery;
using OpenClaw.Portal.Hosting;
using OpenClaw.Portal.Identity;
using OpenClaw.Portal.Identity.Accounts;

namespace OpenClaw.Portal.Endpoints;

/// <summary>What a browser needs to make or use a passkey. Asked by <c>js/account.js</c> with the form's antiforgery token.</summary>
internal static class PasskeyEndpoints
{
    public static void MapPasskeys(this IEndpointRouteBuilder app)
    {
        var passkeys = app.MapGroup(PortalPaths.Passkeys).RequireRateLimiting(IdentityServices.PasskeyLimit).ExcludeFromDescription();
        passkeys.MapPost("creation-options", static async (HttpContext http, IAntiforgery forms, OwnAccount account, OwnPasskeys own) =>
            await forms.IsRequestValidAsync(http) ? Json(await own.OptionsAsync(await account.FindAsync())) : Results.BadRequest()).RequireAuthorization();
        // the same for everybody: whose passkeys there are is not told
        passkeys.MapPost("request-options", static async (HttpContext http, IAntiforgery forms, PersonSignInManager manager) =>
            await forms.IsRequestValidAsync(http) ? Json(await manager.MakePasskeyRequestOptionsAsync(null)) : Results.BadRequest());
    }

    private static IResult Json(string options) => Results.Content(options, "application/json");
}
