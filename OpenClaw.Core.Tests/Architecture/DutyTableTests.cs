using System.Text.RegularExpressions;

namespace OpenClaw.Core.Tests.Architecture;

/// <summary>docs/channels/duties.md names tests that exist.</summary>
public sealed partial class DutyTableTests
{
    [Fact]
    public void Duties_EveryNamedTest_Exists()
    {
        var sources = Repository.Files("OpenClaw.Core.Tests", ".cs").Concat(Repository.Files("OpenClaw.Portal.Tests", ".cs")).Select(f => f.Text).ToList();
        var named = Name().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "channels", "duties.md"))).Select(m => (Class: m.Groups["class"].Value, Method: m.Groups["method"].Value)).Distinct().ToList();
        Assert.True(named.Count > 100);
        Assert.DoesNotContain(named, n => !sources.Exists(s => s.Contains($"class {Base(n.Class)}", StringComparison.Ordinal) && (n.Method.Length == 0 || s.Contains($" {n.Method}(", StringComparison.Ordinal))));
    }

    /// <summary>The tests of the contract stand in its base class.</summary>
    private static string Base(string name) => name.EndsWith("ContractTests", StringComparison.Ordinal) && name != "HttpContractTests" ? "ChannelContract" : name;

    [GeneratedRegex(@"`(?<class>[A-Z]\w+Tests)(\.(?<method>\w+))?`", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Name();
}
