namespace OpenClaw.Portal.Hosting;

/// <summary>Where static files are when the published folder is not the working directory, as for services and links.</summary>
internal static class PublishedFiles
{
    /// <summary>The published <c>wwwroot</c>; null in a checkout, where a manifest of the build says where each file is.</summary>
    public static string? WebRoot { get; } = Find();

    private static string? Find()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "wwwroot");
        return File.Exists(Path.Combine(AppContext.BaseDirectory, "OpenClaw.Portal.staticwebassets.runtime.json")) || !File.Exists(Path.Combine(folder, "css", "portal.css")) ? null : folder;
    }
}
