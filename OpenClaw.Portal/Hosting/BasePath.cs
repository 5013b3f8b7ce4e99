using System.Text.RegularExpressions;

namespace OpenClaw.Portal.Hosting;

/// <summary>The sub-path that the gateway shares a site under: the path of <c>PublicUrl</c>.</summary>
internal static partial class BasePath
{
    /// <summary>A proxy may or may not take the sub-path away, so it must be told from what stands below it.</summary>
    private static readonly string[] Own =
        ["t", "owner", "account", "setup", "error", "not-found", "api", "v1", "a2a", "openapi", "channels", "agents", "files", "hooks", "chat", "healthz", "metrics", "css", "js", "vendor", "_framework", "_blazor", "_content"];

    /// <summary>The names that no sub-path may begin with.</summary>
    public static string Taken => string.Join(", ", Own);

    /// <summary>True for <c>/</c>, and for plain segments of which the first is none of the gateway's.</summary>
    public static bool IsUsable(string path) =>
        Plain().IsMatch(path) && !Own.Contains(path.Split('/', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(), StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Every request counts as one below the sub-path: with it, as most proxies pass it on; without it, as one that strips it does and
    /// as probes on the machine ask. So links lead through the proxy whatever it does.
    /// </summary>
    public static IApplicationBuilder UseBasePath(this IApplicationBuilder app, Uri publicUrl)
    {
        ArgumentNullException.ThrowIfNull(publicUrl);
        var text = Uri.UnescapeDataString(publicUrl.AbsolutePath).TrimEnd('/');
        if (text.Length == 0) return app;
        var prefix = new PathString(text);
        return app.Use((http, next) =>
        {
            var request = http.Request;
            if (request.Path.StartsWithSegments(prefix, StringComparison.OrdinalIgnoreCase, out var rest)) request.Path = rest;
            request.PathBase = prefix;
            if (request.Path.HasValue) return next(http);
            // relative addresses of the page would be taken as ones beside the sub-path
            http.Response.Redirect(prefix.ToUriComponent() + "/" + request.QueryString, permanent: true, preserveMethod: true);
            return Task.CompletedTask;
        });
    }

    [GeneratedRegex("\\A/(?:[A-Za-z0-9._~-]+/?)*\\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Plain();
}
