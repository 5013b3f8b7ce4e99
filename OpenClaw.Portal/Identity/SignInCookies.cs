using Microsoft.AspNetCore.Authentication.Cookies;

namespace OpenClaw.Portal.Identity;

/// <summary>
/// Over https the sign-in cookie is a <c>__Host-</c> one (Secure, no other host or path can set it); over plain http browsers
/// refuse that name, so there it has a plain one.
/// </summary>
internal sealed class SignInCookies : ICookieManager
{
    /// <summary>The name over plain http.</summary>
    public const string Name = "openclaw";

    private readonly ChunkingCookieManager _inner = new();

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
