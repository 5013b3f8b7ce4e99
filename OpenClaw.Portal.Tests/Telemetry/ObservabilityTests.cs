using System.Text.Json;
using System.Text.RegularExpressions;
using OpenClaw.Portal.Tests.Isolation;

namespace OpenClaw.Portal.Tests.Telemetry;

/// <summary>The files in observability/: what they ask for exists, and Prometheus takes them.</summary>
public sealed partial class ObservabilityTests
{
    private static readonly string Root = FindRoot();
    private static readonly string Rules = Path.Combine(Root, "observability", "prometheus");

    /// <summary>Prometheus' own.</summary>
    private static readonly string[] Foreign = ["up"];

    [Fact]
    public async Task DashboardAndAlerts_AskForMetricsThatExist()
    {
        await using var product = await Product.StartAsync();
        var page = await product.Client().GetStringAsync(new Uri("/metrics", UriKind.Relative));
        var names = Types().Matches(page).SelectMany(m => m.Groups["type"].Value == "histogram" ? new[] { "_bucket", "_sum", "_count" }.Select(s => m.Groups["name"].Value + s) : [m.Groups["name"].Value]).ToHashSet(StringComparer.Ordinal);
        var asked = Expressions().SelectMany(Metrics).Distinct().ToList();
        Assert.Equal([], asked.Except(names).Except(Foreign));
        Assert.True(asked.Count > 20, $"{asked.Count}");
    }

    [Fact]
    public async Task Docs_NameEveryMetric()
    {
        await using var product = await Product.StartAsync();
        var page = await product.Client().GetStringAsync(new Uri("/metrics", UriKind.Relative));
        var docs = await File.ReadAllTextAsync(Path.Combine(Root, "docs", "operations", "telemetry.md"));
        Assert.Equal([], Types().Matches(page).Select(m => m.Groups["name"].Value).Where(n => !docs.Contains($"`{n}`", StringComparison.Ordinal)));
        Assert.Equal([], Mentioned().Matches(docs).Select(m => m.Groups["name"].Value).Where(n => n != "messaging_system" && !page.Contains($"# TYPE {n} ", StringComparison.Ordinal)).Distinct());
    }

    [Fact]
    public void Dashboard_IsOneThatGrafanaProvisions()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root, "observability", "grafana", "dashboards", "openclaw.json")));
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToList();
        Assert.Equal(panels.Count, panels.Select(p => p.GetProperty("id").GetInt32()).Distinct().Count());
        Assert.All(panels, p => Assert.False(string.IsNullOrEmpty(p.GetProperty("title").GetString())));
        Assert.All(panels.Where(p => p.GetProperty("type").GetString() != "row"), p => Assert.NotEmpty(p.GetProperty("targets").EnumerateArray()));
        Assert.All(panels, p => Assert.InRange(p.GetProperty("gridPos").GetProperty("x").GetInt32() + p.GetProperty("gridPos").GetProperty("w").GetInt32(), 1, 24));
        var provider = File.ReadAllText(Path.Combine(Root, "observability", "grafana", "provisioning", "dashboards", "openclaw.yml"));
        Assert.Contains("/var/lib/grafana/dashboards", provider, StringComparison.Ordinal);
    }

    [PromtoolFact]
    public async Task Alerts_PromtoolTakesThemAndTheyFire()
    {
        var (code, words) = await Promtool.RunAsync(Rules, null, "check", "rules", "alerts.yml");
        Assert.True(code == 0, words);
        (code, words) = await Promtool.RunAsync(Rules, null, "test", "rules", "alerts.test.yml");
        Assert.True(code == 0, words);
    }

    [PromtoolFact]
    public async Task Configuration_PromtoolTakesIt()
    {
        var folder = Directory.CreateTempSubdirectory("openclaw-prometheus-").FullName;
        try
        {
            var key = Path.Combine(folder, "openclaw.key"); // promtool wants to see the file that the container has
            await File.WriteAllTextAsync(key, "ock_key");
            await File.WriteAllTextAsync(Path.Combine(folder, "prometheus.yml"), (await File.ReadAllTextAsync(Path.Combine(Rules, "prometheus.yml"))).Replace("/etc/prometheus/openclaw.key", key, StringComparison.Ordinal));
            File.Copy(Path.Combine(Rules, "alerts.yml"), Path.Combine(folder, "alerts.yml"));
            var (code, words) = await Promtool.RunAsync(folder, null, "check", "config", "prometheus.yml");
            Assert.True(code == 0, words);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [PromtoolFact]
    public async Task Metrics_PromtoolFindsNothingWrong()
    {
        await using var agent = await TracedAgent.StartAsync();
        await using var product = await Product.StartAsync();
        var channel = await TraceTests.ChannelAsync(product, agent.Url);
        await using (var talk = await Talk.OpenAsync(product.Address, $"{channel}"))
        {
            await talk.SayAsync("hello");
            await talk.ReadAsync("message");
        }

        var (code, words) = await Promtool.RunAsync(Rules, await product.Client().GetStringAsync(new Uri("/metrics", UriKind.Relative)), "check", "metrics");
        Assert.True(code == 0, words);
    }

    private static IEnumerable<string> Expressions()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root, "observability", "grafana", "dashboards", "openclaw.json")));
        foreach (var panel in dashboard.RootElement.GetProperty("panels").EnumerateArray())
            if (panel.TryGetProperty("targets", out var targets))
                foreach (var target in targets.EnumerateArray()) yield return target.GetProperty("expr").GetString()!;
        foreach (var variable in dashboard.RootElement.GetProperty("templating").GetProperty("list").EnumerateArray())
            if (variable.GetProperty("type").GetString() == "query") yield return Queried().Match(variable.GetProperty("query").GetProperty("query").GetString()!).Groups["name"].Value;
        foreach (Match rule in Alerts().Matches(File.ReadAllText(Path.Combine(Rules, "alerts.yml")))) yield return rule.Groups["expr"].Value;
    }

    /// <summary>Names that are no functions, no words of the language, no labels.</summary>
    private static IEnumerable<string> Metrics(string expression) =>
        Names().Matches(Inner().Replace(expression, " ")).Select(m => m.Value).Where(n => n is not ("by" or "or" or "and"));

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "OpenClaw.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }

    [GeneratedRegex(@"^# TYPE (?<name>\S+) (?<type>\S+)$", RegexOptions.Multiline | RegexOptions.CultureInvariant, 5_000)]
    private static partial Regex Types();

    [GeneratedRegex(@"`(?<name>(openclaw|messaging|gen_ai)_[a-z_]+)`", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 5_000)]
    private static partial Regex Mentioned();

    [GeneratedRegex(@"^\s+expr: (?<expr>.+)$", RegexOptions.Multiline | RegexOptions.CultureInvariant, 5_000)]
    private static partial Regex Alerts();

    [GeneratedRegex(@"label_values\((?<name>\w+)", RegexOptions.CultureInvariant, 5_000)]
    private static partial Regex Queried();

    /// <summary>Labels, ranges, and what is grouped by.</summary>
    [GeneratedRegex(@"\{[^}]*\}|\[[^\]]*\]|\bby \([^)]*\)", RegexOptions.CultureInvariant, 5_000)]
    private static partial Regex Inner();

    [GeneratedRegex(@"(?<![\w.])[a-z_][a-z0-9_]*(?!\w|\s*\()", RegexOptions.CultureInvariant, 5_000)]
    private static partial Regex Names();
}
