namespace OpenClaw.Portal.Hosting;

/// <summary>The addresses of pages that stand above tenants. As links in pages they are relative to the portal's base address, which may be a sub-path of a site.</summary>
internal static class PortalPaths
{
    public const string SignIn = "account/sign-in";
    public const string SignInCode = "account/sign-in/code";
    public const string SignInRecovery = "account/sign-in/recovery";
    public const string SignInPasskey = "account/sign-in/passkey";
    public const string Forgotten = "account/forgotten";
    public const string Reset = "account/reset";
    public const string Invitation = "account/invitation";
    public const string Account = "account";
    public const string TwoFactor = "account/two-factor";
    public const string Passkeys = "account/passkeys";
    public const string SignIns = "account/sign-ins";
    public const string SignOut = "account/sign-out";
    public const string Setup = "setup";
    public const string NotFound = "not-found";
    public const string Error = "error";

    /// <summary>As a path on this site, for redirects.</summary>
    public static string At(HttpContext http, string path) => $"{http.Request.PathBase.ToUriComponent()}/{path}";

    /// <summary>Says that a tenant is suspended.</summary>
    public static string Suspended(string slug) => "account/suspended/" + Uri.EscapeDataString(slug);

    /// <summary>A local path and nothing else: a return address must not lead to another site.</summary>
    public static bool IsLocal(string? url) =>
        url is ['/', ..] && url is not ['/', '/' or '\\', ..] && !url.Any(char.IsControl);
}
