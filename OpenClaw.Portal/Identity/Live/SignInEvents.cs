using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Portal.Hosting;
using OpenClaw.Portal.Tenancy;

namespace OpenClaw.Portal.Identity.Live;

/// <summary>Ties the cookie to the row of its sign-in: made together, asked about with each request, ended together.</summary>
internal sealed class SignInEvents(LiveSignIns signIns, PersonTrail trail, TenantAccess access) : CookieAuthenticationEvents
{
    private static readonly object MethodKey = new();

    /// <summary>Says that what follows in this request is a new sign-in and by which means; else it is the present one with fresh claims.</summary>
    public static void Announce(HttpContext http, string method) => http.Items[MethodKey] = method;

    public override async Task SigningIn(CookieSigningInContext context)
    {
        var identity = (ClaimsIdentity)context.Principal!.Identity!;
        Remove(identity, LiveSignIns.Claim);
        Remove(identity, Callers.AddressClaim);
        identity.AddClaim(new(LiveSignIns.Claim, (await SignInOfAsync(context)).ToString("N")));
    }

    public override async Task SigningOut(CookieSigningOutContext context)
    {
        var user = context.HttpContext.User;
        if (LiveSignIns.IdOf(user) is not { } id || TenantAccess.IdOf(user) is not { } person) return;
        if (!await signIns.EndAsync(person, id, context.HttpContext.RequestAborted)) return;
        await trail.NoteAsync("sign-out", new(person, user.Identity?.Name ?? "", Client.AddressOf(context.HttpContext)), cancellationToken: CancellationToken.None);
    }

    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        if (context.Principal is null || !await signIns.IsLiveAsync(context.Principal, used: true, context.HttpContext.RequestAborted))
        {
            context.RejectPrincipal();
            return;
        }

        var identity = (ClaimsIdentity)context.Principal.Identity!;
        Remove(identity, Callers.AddressClaim);
        if (Client.AddressOf(context.HttpContext) is { } address) identity.AddClaim(new(Callers.AddressClaim, address));
    }

    /// <summary>Without scheme and host: those are what the request claimed, and the page stays where it is.</summary>
    public override Task RedirectToLogin(RedirectContext<CookieAuthenticationOptions> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Response.Redirect(new Uri(context.RedirectUri).PathAndQuery);
        return Task.CompletedTask;
    }

    /// <summary>Somebody else's tenant looks like one that is not there; one's own that is suspended says so.</summary>
    public override async Task RedirectToAccessDenied(RedirectContext<CookieAuthenticationOptions> context)
    {
        var slug = context.HttpContext.GetRouteValue(TenantMember.Slug) as string;
        if (await access.FindSuspensionAsync(context.HttpContext.User, slug, context.HttpContext.RequestAborted) is not null) context.Response.Redirect(PortalPaths.At(context.HttpContext, PortalPaths.Suspended(slug!)));
        else context.Response.StatusCode = StatusCodes.Status404NotFound;
    }

    private async Task<Guid> SignInOfAsync(CookieSigningInContext context)
    {
        var http = context.HttpContext;
        var person = TenantAccess.IdOf(context.Principal!) ?? throw new InvalidOperationException("A principal without an id was about to be signed in.");
        var (present, presentPerson) = (LiveSignIns.IdOf(http.User), TenantAccess.IdOf(http.User));
        var method = http.Items[MethodKey] as string;
        if (method is null && present is { } same && presentPerson == person) return same;
        if (present is { } old && presentPerson is { } owner) await signIns.EndAsync(owner, old, http.RequestAborted);
        var id = await signIns.BeginAsync(person, method ?? "password", Client.AddressOf(http), Client.DeviceOf(http), http.RequestAborted);
        await trail.NoteAsync(
            "sign-in.succeeded", new(person, context.Principal!.Identity!.Name ?? "", Client.AddressOf(http)), after: new { method = method ?? "password" }, cancellationToken: http.RequestAborted);
        return id;
    }

    private static void Remove(ClaimsIdentity identity, string type)
    {
        foreach (var claim in identity.FindAll(type).ToList()) identity.RemoveClaim(claim);
    }
}
