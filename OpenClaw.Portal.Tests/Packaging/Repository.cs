namespace OpenClaw.Portal.Tests.Packaging;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    public static string Read(string relative) => File.ReadAllText(PathOf(relative));

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "OpenClaw.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("No OpenClaw.sln above " + AppContext.BaseDirectory);
    }
}
