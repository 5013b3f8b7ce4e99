namespace OpenClaw.Benchmarks.Driver;

/// <summary>Where the built product and the sources are, seen from the running benchmark or test.</summary>
internal static class ProductFiles
{
    /// <summary>The folder that holds <c>OpenClaw.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The product, built in the same configuration (Debug, Release) as what runs here.</summary>
    public static string PortalDll { get; } = FindPortal();

    /// <summary>A new folder for a run's data below the system's temporary one.</summary>
    public static string NewDataDirectory() => Directory.CreateTempSubdirectory("openclaw-").FullName;

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "OpenClaw.sln"))) return folder.FullName;
        }
        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds OpenClaw.sln.");
    }

    private static string FindPortal()
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        var dll = Path.Combine(Root, "OpenClaw.Portal", "bin", framework.Parent!.Name, framework.Name, "OpenClaw.Portal.dll");
        return File.Exists(dll) ? dll : throw new FileNotFoundException($"Build OpenClaw.Portal first: there is no {dll}.");
    }
}
