namespace OpenClaw.Portal.Hosting;

/// <summary>The addresses of pages that stand above tenants.</summary>
internal static class PortalPaths
{
    public const string SignIn = "/account/sign-in";
    public const string SignOut = "/account/sign-out";
    public const string Setup = "/setup";
    public const string NotFound = "/not-found";
    public const string Error = "/error";

    /// <summary>A local path and nothing else: a return address must not lead to another site.</summary>
    public static bool IsLocal(string? url) =>
        url is ['/', ..] && url is not ['/', '/' or '\\', ..] && !url.Any(char.IsControl);
}
