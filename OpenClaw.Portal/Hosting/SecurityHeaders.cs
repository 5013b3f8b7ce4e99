using System.Net;

namespace OpenClaw.Portal.Hosting;

/// <summary>Headers that every answer carries. An endpoint that sets one itself keeps its own.</summary>
internal static class SecurityHeaders
{
    /// <summary>
    /// Radzen sets style attributes, so those alone may be inline; no script and no style element is. <c>frame-src 'self'</c>
    /// lets the portal show its own chat page.
    /// </summary>
    private const string Portal =
        "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; "
        + "connect-src 'self'; frame-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'; object-src 'none'";

    /// <summary>A year; other hosts of the domain are not ours to speak for.</summary>
    private const string Hsts = "max-age=31536000";

    /// <summary>Early in the chain: what is registered first to run at the start of the answer runs last, and so sees what the endpoint set.</summary>
    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(static state => Set((HttpContext)state), context);
        return next(context);
    });

    private static Task Set(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.TryAdd("X-Content-Type-Options", "nosniff");
        headers.TryAdd("Referrer-Policy", "same-origin");
        headers.TryAdd("Permissions-Policy", "camera=(), microphone=(), geolocation=()");
        if (headers.ContentSecurityPolicy.Count == 0)
        {
            headers.ContentSecurityPolicy = Portal;
            headers.XFrameOptions = "DENY"; // for browsers that do not know frame-ancestors
        }

        headers.TryAdd("Cross-Origin-Opener-Policy", "same-origin");
        // static files say themselves how long they hold; everything else may be somebody's data
        if (headers.CacheControl.Count == 0) headers.CacheControl = "no-store";
        if (context.Request.IsHttps && !IsThisMachine(context.Request.Host.Host)) headers.TryAdd("Strict-Transport-Security", Hsts);
        return Task.CompletedTask;
    }

    /// <summary>A browser would remember it for every other program on localhost.</summary>
    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address);
}
