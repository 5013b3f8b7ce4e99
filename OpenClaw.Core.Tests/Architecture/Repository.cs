namespace OpenClaw.Core.Tests.Architecture;

/// <summary>The checked-out sources that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>Files under a folder whose names end so, with paths relative to it; what the build makes is left out.</summary>
    public static IReadOnlyList<SourceFile> Files(string folder, params string[] endings)
    {
        var root = Path.Combine(Root, folder);
        return [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Select(file => (file, path: Path.GetRelativePath(root, file).Replace('\\', '/')))
            .Where(f => Array.Exists(endings, e => f.path.EndsWith(e, StringComparison.Ordinal)))
            .Where(f => f.path.Split('/')[0] is not ("bin" or "obj"))
            .Select(f => new SourceFile(f.path, File.ReadAllText(f.file)))];
    }

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "OpenClaw.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("No OpenClaw.sln above " + AppContext.BaseDirectory);
    }
}
