using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;

namespace OpenClaw.Portal.Identity;

/// <summary>
/// Over https the cookies of sign-in are <c>__Host-</c> ones (Secure, no other host or path can set them); over plain http browsers
/// refuse that name, so there they have a plain one.
/// </summary>
internal sealed class SignInCookies : ICookieManager
{
    /// <summary>The name over plain http.</summary>
    public const string Name = "openclaw";

    /// <summary>How long a device that passed the second factor is not asked for it again.</summary>
    public static readonly TimeSpan DeviceRemembered = TimeSpan.FromDays(30);

    private readonly ChunkingCookieManager _inner = new();

    /// <summary>Gives the cookies of all steps of a sign-in their names and flags.</summary>
    public static void Configure(IServiceCollection services)
    {
        Set(IdentityConstants.ApplicationScheme, Name);
        Set(IdentityConstants.TwoFactorUserIdScheme, Name + ".step");
        Set(IdentityConstants.TwoFactorRememberMeScheme, Name + ".device");
        services.Configure<CookieAuthenticationOptions>(IdentityConstants.TwoFactorRememberMeScheme, options => options.ExpireTimeSpan = DeviceRemembered);

        void Set(string scheme, string name) => services.Configure<CookieAuthenticationOptions>(scheme, options =>
        {
            options.Cookie.Name = name;
            options.Cookie.HttpOnly = true;
            options.Cookie.IsEssential = true;
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.CookieManager = new SignInCookies();
        });
    }

    public string? GetRequestCookie(HttpContext context, string key) => _inner.GetRequestCookie(context, NameFor(context, key));

    public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) =>
        _inner.AppendResponseCookie(context, NameFor(context, key), value, Safe(context, options));

    public void DeleteCookie(HttpContext context, string key, CookieOptions options) =>
        _inner.DeleteCookie(context, NameFor(context, key), Safe(context, options));

    private static string NameFor(HttpContext context, string key) => context.Request.IsHttps ? "__Host-" + key : key;

    private static CookieOptions Safe(HttpContext context, CookieOptions options)
    {
        if (!context.Request.IsHttps) return options;
        return new(options) { Secure = true, Path = "/", Domain = null };
    }
}
