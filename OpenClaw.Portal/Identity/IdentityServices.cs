using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Hosting;
using OpenClaw.Portal.Hosting.Protection;

namespace OpenClaw.Portal.Identity;

/// <summary>Who people are: accounts, sign-in by cookie, set-up.</summary>
internal static class IdentityServices
{
    /// <summary>Name of the rate limit of forms that take a password or a code.</summary>
    public const string CredentialsLimit = "credentials";

    public static IServiceCollection AddPortalIdentity(this IServiceCollection services)
    {
        services.AddScoped<PersonDb>();
        services.AddIdentityCore<Person>(Configure).AddUserStore<PersonStore>().AddSignInManager().AddDefaultTokenProviders();
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.ConfigureApplicationCookie(ConfigureCookie);
        services.AddSingleton<SignOuts>();
        services.AddScoped<AuthenticationStateProvider, CircuitAuthentication>();
        services.AddCascadingAuthenticationState();
        services.AddSingleton<SetupCode>();
        services.AddSingleton<Installation>();
        services.AddScoped<OwnerSetup>();
        services.AddHostedService<FirstOwner>();
        services.AddRateLimiter(LimitCredentials);
        return services;
    }

    private static void Configure(IdentityOptions options)
    {
        options.Stores.SchemaVersion = IdentitySchemaVersions.Version3;
        options.User.RequireUniqueEmail = true;
        options.User.AllowedUserNameCharacters = ""; // the user name is the e-mail address, checked as such
        options.Password.RequiredLength = GatewayConfiguration.MinPasswordLength;
        options.Password.RequiredUniqueChars = GatewayConfiguration.MinPasswordVariety;
        // length beats rules about kinds of characters, which people meet with Passw0rd!
        options.Password.RequireDigit = options.Password.RequireLowercase = options.Password.RequireUppercase = options.Password.RequireNonAlphanumeric = false;
        options.Lockout.MaxFailedAccessAttempts = 10;
        options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(10);
    }

    private static void ConfigureCookie(Microsoft.AspNetCore.Authentication.Cookies.CookieAuthenticationOptions options)
    {
        options.Cookie.Name = SignInCookies.Name;
        options.CookieManager = new SignInCookies();
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = SignOuts.Lifetime;
        options.LoginPath = PortalPaths.SignIn;
        options.ReturnUrlParameter = "returnUrl";
        // somebody else's tenant looks like one that is not there
        options.Events.OnRedirectToAccessDenied = context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        };
        options.Events.OnSigningIn = context =>
        {
            (context.Principal?.Identity as ClaimsIdentity)?.AddClaim(new(SignOuts.Claim, Guid.NewGuid().ToString("N")));
            return Task.CompletedTask;
        };
        options.Events.OnSigningOut = context =>
        {
            context.HttpContext.RequestServices.GetRequiredService<SignOuts>().End(context.HttpContext.User);
            return Task.CompletedTask;
        };
        options.Events.OnValidatePrincipal = async context =>
        {
            if (context.HttpContext.RequestServices.GetRequiredService<SignOuts>().IsEnded(context.Principal)) context.RejectPrincipal();
            else await SecurityStampValidator.ValidatePrincipalAsync(context);
        };
    }

    private static void LimitCredentials(Microsoft.AspNetCore.RateLimiting.RateLimiterOptions options)
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.AddPolicy(CredentialsLimit, context => HttpMethods.IsPost(context.Request.Method)
            ? RateLimitPartition.GetFixedWindowLimiter(
                ClientAddress.Of(context),
                static _ => new() { PermitLimit = 20, Window = TimeSpan.FromMinutes(1) })
            : RateLimitPartition.GetNoLimiter(""));
    }
}
