using System.Text.RegularExpressions;

namespace OpenClaw.Core.Tests.Architecture;

internal sealed record SourceFile(string Path, string Text);

/// <summary>
/// Reads the Core's source text and names every mention that the table in docs/architecture.md does not allow. It reads
/// text and not the compiled assembly because a using that the compiler drops is already the first step of an edge.
/// </summary>
internal static class FolderEdges
{
    public const string Root = "OpenClaw.Gateway.Core";

    private static readonly string[][] Rows =
    [
        ["Abstractions"],
        ["Tenancy", "Telemetry", "Resilience", "Storage"],
        ["Channels", "Ingest", "Sessions", "Routing", "Agents", "Pipeline", "Delivery", "Events", "Queues"],
        ["Maintenance", "Administration"],
        ["Hosting"],
    ];

    private static readonly Dictionary<string, HashSet<string>> Allowed = Table();

    /// <summary>Strings and comments: what they say is no edge.</summary>
    private static readonly Regex Ignored = Pattern("""(?s)"{3}.*?"{3}|"(\\.|[^"\\\n])*"|'(\\.|[^'\\\n])'|/\*.*?\*/|//[^\n]*""");

    private static readonly Regex Namespace = Pattern(@"^\s*namespace\s+(?<name>[\w.]+)");
    private static readonly Regex Declaration = Pattern(@"\b(class|struct|interface|enum|record( class| struct)?|delegate [\w<>?\[\].]+)\s+(?<name>[A-Z]\w*)");
    private static readonly Regex Foreign = Pattern(@"(?<![\w.])(?<name>(Microsoft|Polly|RabbitMQ|Npgsql|Quartz|OpenTelemetry)\.[\w.]+)|^\s*using (static |\w+ = )?(?!System\b|OpenClaw\b)(?<name>[\w.]+);");
    private static readonly Regex GlobalUsing = Pattern(@"global using (static )?(\w+ = )?(global::)?OpenClaw\.Gateway\.Core\.(?<name>\w+)");

    /// <summary>"Core.Folder" anywhere, "using Folder", or "Folder.Name" as C# allows it between sibling namespaces.</summary>
    private static readonly Regex Mention = Pattern(@"(?<![\w.])(?<sure>(using (static )?(\w+ = )?)?(global::)?((OpenClaw\.)?Gateway\.)?Core\.|using (static )?(\w+ = )?)?(?<to>[A-Z]\w*)(\.(?<name>\w+)|\s*;)");

    public static IEnumerable<string> Faults(IReadOnlyCollection<SourceFile> files)
    {
        var code = files.Select(f => f with { Text = Ignored.Replace(f.Text, " ") }).ToList();
        var names = code.GroupBy(f => Folder(f.Path), StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.SelectMany(NamesIn).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
        return code.SelectMany(f => PlaceFaults(f).Concat(EdgeFaults(f, names)));
    }

    private static Dictionary<string, HashSet<string>> Table()
    {
        var table = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        HashSet<string> below = new(StringComparer.Ordinal);
        for (var row = 0; row < Rows.Length; row++)
        {
            foreach (var (at, folder) in Rows[row].Index())
                table[folder] = [.. below, folder, .. row is 1 ? Rows[1][..at] : []];
            below.UnionWith(Rows[row]);
        }

        table["Pipeline"].UnionWith(["Sessions", "Routing", "Agents"]);
        table["Hosting"].UnionWith(below);
        return table;
    }

    private static IEnumerable<string> PlaceFaults(SourceFile file)
    {
        var folder = Folder(file.Path);
        if (!Allowed.ContainsKey(folder))
            yield return $"{file.Path}: '{folder}' is not a folder of the architecture";
        var expected = $"{Root}.{string.Join('.', file.Path.Split('/')[..^1])}";
        var given = Namespace.Matches(file.Text).Select(m => m.Groups["name"].Value).ToList();
        if (given.Count == 0 && Declaration.IsMatch(file.Text) || given.Exists(n => n != expected))
            yield return $"{file.Path}: the namespace is not {expected}";
        if (folder == "Abstractions" && Foreign.Match(file.Text) is { Success: true } foreign)
            yield return $"{file.Path}: Abstractions uses the base class library only, not {foreign.Groups["name"].Value}";
    }

    private static IEnumerable<string> EdgeFaults(SourceFile file, Dictionary<string, HashSet<string>> names)
    {
        var from = Folder(file.Path);
        var everywhere = GlobalUsing.Matches(file.Text).Select(m => m.Groups["name"].Value).Where(to => to != "Abstractions")
            .Select(to => $"{file.Path}: a global using of {to} reaches every folder");
        var allowed = Allowed.GetValueOrDefault(from, []);
        var edges = Mention.Matches(file.Text)
            .Select(m => (to: m.Groups["to"].Value, name: m.Groups["name"].Value, sure: m.Groups["sure"].Success))
            .Where(m => m.sure ? Allowed.ContainsKey(m.to) : names.TryGetValue(m.to, out var known) && known.Contains(m.name))
            .Select(m => m.to)
            .Where(to => !allowed.Contains(to))
            .Distinct(StringComparer.Ordinal)
            .Select(to => $"{file.Path}: {from} may not use {to}");
        return everywhere.Concat(edges);
    }

    private static string Folder(string path) => path.Split('/') is [var folder, _, ..] ? folder : "";

    /// <summary>What may follow "Folder." in a relative mention: its types and sub-folders.</summary>
    private static IEnumerable<string> NamesIn(SourceFile file) =>
        Declaration.Matches(file.Text).Select(m => m.Groups["name"].Value).Concat(file.Path.Split('/').Skip(1).SkipLast(1));

    private static Regex Pattern(string pattern) =>
        new(pattern, RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(60));
}
