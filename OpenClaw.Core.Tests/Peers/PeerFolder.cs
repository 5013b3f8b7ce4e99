namespace OpenClaw.Core.Tests.Peers;

/// <summary>
/// Where the independent peers are: programs of others, which <c>test.sh</c> installs (npm) into the folder that <c>OPENCLAW_PEERS</c> names. They are
/// only ever talked to in tests and never shipped.
/// </summary>
internal static class PeerFolder
{
    /// <summary>The folder that holds <c>node_modules</c>.</summary>
    public static string Path { get; } = System.IO.Path.GetFullPath(
        Environment.GetEnvironmentVariable("OPENCLAW_PEERS") ?? System.IO.Path.Combine(AppContext.BaseDirectory, "../../../../artifacts/peers"));

    /// <summary>Node's program, or null where there is none.</summary>
    public static string? Node { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => System.IO.Path.Combine(folder, OperatingSystem.IsWindows() ? "node.exe" : "node")).FirstOrDefault(File.Exists);

    /// <summary>A file of an installed package: <c>@scope/name/dist/index.js</c>.</summary>
    public static string FileOf(string module) => System.IO.Path.Combine(Path, "node_modules", module);

    /// <summary>Why these packages cannot be run; null = they can.</summary>
    public static string? Missing(IEnumerable<string> packages)
    {
        if (Node is null) return "Node.js is not here; ./test.sh installs it";
        var missing = packages.Where(p => !Directory.Exists(FileOf(p))).ToList();
        return missing.Count == 0 ? null : $"{string.Join(", ", missing)} is not installed; ./test.sh does it";
    }
}

/// <summary>Skipped, and said so, where Node or one of the npm packages is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PeerFactAttribute : FactAttribute
{
    public PeerFactAttribute(params string[] packages) => Skip = PeerFolder.Missing(packages);
}

/// <summary>The same with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PeerTheoryAttribute : TheoryAttribute
{
    public PeerTheoryAttribute(params string[] packages) => Skip = PeerFolder.Missing(packages);
}
