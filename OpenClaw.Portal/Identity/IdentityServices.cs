using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Hosting;
using OpenClaw.Portal.Hosting.Protection;
using OpenClaw.Portal.Identity.Accounts;
using OpenClaw.Portal.Identity.Live;

namespace OpenClaw.Portal.Identity;

/// <summary>Who people are: accounts, sign-in by cookie, set-up.</summary>
internal static class IdentityServices
{
    /// <summary>Name of the rate limit of forms that take a password or a code.</summary>
    public const string CredentialsLimit = "credentials";

    /// <summary>Name of the rate limit of what a browser asks before it uses a passkey: once with each sign-in page, so a guess at a password must not wait for it.</summary>
    public const string PasskeyLimit = "passkey-options";

    public static IServiceCollection AddPortalIdentity(this IServiceCollection services)
    {
        services.AddScoped<PersonDb>();
        services.AddIdentityCore<Person>(Configure).AddUserStore<PersonStore>().AddSignInManager<PersonSignInManager>().AddDefaultTokenProviders();
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        SignInCookies.Configure(services);
        services.ConfigureApplicationCookie(ConfigureCookie);
        services.Configure<IdentityPasskeyOptions>(ConfigurePasskeys);
        // a remembered device is asked about at every sign-in: it is forgotten with the next password
        services.Configure<SecurityStampValidatorOptions>(options => options.ValidationInterval = TimeSpan.Zero);
        services.AddLiveSignIns();
        services.AddAccounts();
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

    private static void ConfigureCookie(CookieAuthenticationOptions options)
    {
        options.ExpireTimeSpan = LiveSignIns.Lifetime;
        options.LoginPath = "/" + PortalPaths.SignIn;
        options.ReturnUrlParameter = "returnUrl";
        options.EventsType = typeof(SignInEvents);
    }

    /// <summary>A passkey stands for both factors, so the device has to ask for a finger, a face or its code.</summary>
    private static void ConfigurePasskeys(IdentityPasskeyOptions options)
    {
        options.UserVerificationRequirement = "required";
        options.ResidentKeyRequirement = "required";
    }

    private static void LimitCredentials(Microsoft.AspNetCore.RateLimiting.RateLimiterOptions options)
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        AddPolicy(CredentialsLimit, 20);
        AddPolicy(PasskeyLimit, 60);

        void AddPolicy(string name, int perMinute) => options.AddPolicy(name, context => HttpMethods.IsPost(context.Request.Method)
            ? RateLimitPartition.GetFixedWindowLimiter(ClientAddress.Of(context), _ => new() { PermitLimit = perMinute, Window = TimeSpan.FromMinutes(1) })
            : RateLimitPartition.GetNoLimiter(""));
    }
}
