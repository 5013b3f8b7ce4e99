namespace OpenClaw.Portal.Components.Pages.Account;

/// <summary>For pages whose address lets somebody in: no other site learns it from a link, and no cache keeps it.</summary>
internal static class SecretAddress
{
    public static void Protect(HttpContext http)
    {
        if (http.Response.HasStarted) return;
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        http.Response.Headers.CacheControl = "no-store";
    }
}
