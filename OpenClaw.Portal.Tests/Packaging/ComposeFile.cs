using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace OpenClaw.Portal.Tests.Packaging;

/// <summary>What the tests need of a compose file: merged anchors, variables with their defaults.</summary>
internal sealed partial class ComposeFile
{
    private readonly Dictionary<object, object?> _root;

    private ComposeFile(string text) => (Text, _root) = (text, (Dictionary<object, object?>)Yaml.Read(text)!);

    public static ComposeFile Shipped { get; } = new(Repository.Read("docker-compose.yml"));

    public string Text { get; }

    public IReadOnlyDictionary<string, Dictionary<object, object?>> Services => Map(_root["services"]).ToDictionary(s => (string)s.Key, s => Map(s.Value), StringComparer.Ordinal);

    public IReadOnlyList<string> Volumes => [.. Map(_root["volumes"]).Keys.Cast<string>()];

    public IReadOnlyList<string> Configs => [.. Map(_root["configs"]).Keys.Cast<string>()];

    /// <summary>Every <c>${NAME…}</c>.</summary>
    public IReadOnlySet<string> Variables => Variable().Matches(Text).Select(m => m.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);

    /// <summary>As compose hands it over when nothing is set in <c>.env</c>.</summary>
    public IReadOnlyDictionary<string, string> EnvironmentOf(string service) =>
        Map(Services[service]["environment"]).ToDictionary(e => (string)e.Key, e => Default((string?)e.Value ?? ""), StringComparer.Ordinal);

    public static string Default(string text) => Variable().Replace(text, m => m.Groups["default"].Value);

    public static Dictionary<object, object?> Map(object? node) => Assert.IsType<Dictionary<object, object?>>(node);

    public static IReadOnlyList<string> List(Dictionary<object, object?> service, string key) => service.TryGetValue(key, out var list) ? [.. ((List<object?>)list!).Select(i => i as string ?? "")] : [];

    [GeneratedRegex(@"(?<!\$)\$\{(?<name>[A-Z_]+)(?::-(?<default>[^}]*))?\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variable();
}

/// <summary>YAML as maps, lists and texts.</summary>
internal static class Yaml
{
    /// <summary>Throws on what is not YAML, on a key that stands twice too.</summary>
    public static object? Read(string text) =>
        new DeserializerBuilder().WithDuplicateKeyChecking().Build().Deserialize<object?>(new MergingParser(new Parser(new StringReader(text))));
}
