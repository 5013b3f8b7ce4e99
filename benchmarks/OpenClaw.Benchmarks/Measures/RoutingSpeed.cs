using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing;

namespace OpenClaw.Benchmarks.Measures;

/// <summary>
/// A routing decision over 5,000 mixed rules, in this process: a message of 200 characters that only the last rule takes, and one that none
/// takes; against a loop over the rules that asks each condition in turn.
/// </summary>
internal static class RoutingSpeed
{
    private const int Rules = 5_000;
    private const string Missed = "Good morning, I have ordered a green bicycle from your shop three weeks ago and it has still not come; what happened to it, and when may I expect it at my house? Please write back soon, thanks. Ada L.";

    public static Task<IReadOnlyList<Row>> RunAsync(Bench bench)
    {
        var agent = Guid.NewGuid();
        BenchCatalog catalog = new(agent);
        RuleSetModel set = new(1, [.. Enumerable.Range(0, Rules).Select(i => Rule(i, agent))]);
        Router router = new(catalog, new(new()), TimeProvider.System, NullLogger<Router>.Instance);
        var (none, last) = (Facts(Missed), Facts(Missed[..190] + " zeppelin"));

        List<double> ofNone = [], ofLast = [], ofEmpty = [], ratios = [], allocated = [];
        catalog.Rules = set;
        var start = Stopwatch.GetTimestamp();
        router.Route(catalog.Channel, none);
        bench.Say($"  the first decision of a new version, with its compilation: {Stopwatch.GetElapsedTime(start).TotalMilliseconds:n0} ms");
        for (var round = 0; round < bench.Options.Rounds + 1; round++)
        {
            catalog.Rules = RuleSetModel.Empty;
            var empty = Micros(bench, () => router.Route(catalog.Channel, none));
            catalog.Rules = set;
            var before = GC.GetAllocatedBytesForCurrentThread();
            var missed = Micros(bench, () => router.Route(catalog.Channel, none));
            var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / Math.Max(1, Calls);
            var found = Micros(bench, () => router.Route(catalog.Channel, last));
            var naive = Micros(bench, () => Naive(set, Missed));
            if (round == 0) continue; // warms up
            ofEmpty.Add(empty);
            ofNone.Add(missed);
            ofLast.Add(found);
            ratios.Add(naive / missed);
            allocated.Add(bytes);
            bench.Say($"  no rules {empty:n3} µs, none of {Rules} matches {missed:n2} µs, the last {found:n2} µs, naive loop {naive:n0} µs");
        }

        return Task.FromResult<IReadOnlyList<Row>>(
        [
            Row.AtMost("routing, no rules", 0.5, 0.1, " µs", Bench.Median(ofEmpty)),
            Row.AtMost($"routing, none of {Rules:#,0} rules matches", 50, 10, " µs", Bench.Median(ofNone)),
            Row.AtMost($"routing, the last of {Rules:#,0} matches", 50, 10, " µs", Bench.Median(ofLast)),
            Row.AtLeast("routing against a naive loop", 50, 200, "x", Bench.Median(ratios)),
            Row.AtMost("routing, 400 hostile expressions, 64 KB", 200, 50, " ms", Bench.Median(Hostile(bench, catalog, router))),
            Row.AtMost("routing, allocation per message", 64, 8, " B", Bench.Median(allocated)),
        ]);
    }

    /// <summary>Expressions made to be slow, on a message made for them: what one message can cost at worst.</summary>
    private static List<double> Hostile(Bench bench, BenchCatalog catalog, Router router)
    {
        string[] expressions = ["[ab]*a[ab]{400}", "(.*a.*b){50}", @"(\w{1,100}\s?){1,5}", @"(?:(?:(?:(?:[^b])?(?:\w){0,100}b))*)+", @"(?:(?:(?:(?:b)+|(?:.\w[^b]))){20})*", "(.?){500}a"];
        catalog.Rules = new(1, [.. Enumerable.Range(0, 400).Select(i => Rule(i, Guid.NewGuid()) with { Match = new() { Text = new() { Regex = $"({expressions[i % expressions.Length]})[!{i}]" } } })]);
        var facts = Facts(new string(new Random(1).GetItems<char>("ab", 65_536)));
        List<double> milliseconds = [];
        for (var round = 0; round < bench.Options.Rounds + 1; round++)
        {
            var start = Stopwatch.GetTimestamp();
            router.Route(catalog.Channel, facts);
            milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        bench.Say($"  400 hostile expressions on 64 KB: {string.Join("  ", milliseconds.Select(m => Row.Text(m)))} ms, the first with compilation");
        return milliseconds[1..];
    }

    private static long Calls { get; set; }

    private static double Micros(Bench bench, Action act)
    {
        var time = bench.Options.Quick ? TimeSpan.FromMilliseconds(150) : TimeSpan.FromMilliseconds(700);
        var start = Stopwatch.GetTimestamp();
        for (Calls = 0; Stopwatch.GetElapsedTime(start) < time; Calls++) act();
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / Calls;
    }

    /// <summary>Half substrings, a sixth each keywords and expressions, the rest users, commands, and two conditions at once.</summary>
    private static RuleModel Rule(int i, Guid agent) => new()
    {
        Id = Guid.NewGuid(),
        Name = $"Rule {i}",
        Target = new() { Agent = agent },
        Match = i == Rules - 1 ? new() { Text = new() { Any = ["zeppelin"] } } : (i % 12) switch
        {
            0 or 1 or 2 or 3 or 4 => new() { Text = new() { Any = [$"product {i}", $"article number {i}"] } },
            5 => new() { Text = new() { All = [$"invoice {i}", "order"] } },
            6 or 7 => new() { Text = new() { Keywords = [$"sku{i}", $"part {i}"] } },
            8 => new() { Text = new() { Regex = $@"\bticket\s+#?{i}\d*\b" } },
            9 => new() { Users = [$"user{i}"], Text = new() { Any = ["order"] } },
            10 => new() { Command = $"cmd{i}" },
            _ => new() { Language = "fi", Text = new() { Any = [$"tilaus {i}"] } },
        },
    };

    private static RouteFacts Facts(string text) => new(Utf8Text.From(text), "ada", false, Guid.Empty, false);

    /// <summary>As one would write it first, with the expressions made beforehand.</summary>
    private static bool Naive(RuleSetModel set, string text)
    {
        foreach (var rule in set.Rules)
        {
            var (match, words) = (rule.Match, rule.Match.Text);
            if (match.Users?.Contains("ada") == false || (match.Command is { } command && !text.StartsWith("/" + command, StringComparison.OrdinalIgnoreCase))) continue;
            if (words?.Any is { } any && !any.Any(p => text.Contains(p, StringComparison.OrdinalIgnoreCase))) continue;
            if (words?.All is { } all && !all.All(p => text.Contains(p, StringComparison.OrdinalIgnoreCase))) continue;
            if (words?.Keywords is { } keywords && !keywords.Any(p => text.Contains(p, StringComparison.OrdinalIgnoreCase))) continue;
            if (words?.Regex is { } regex && !Expression(regex).IsMatch(text)) continue;
            return true;
        }

        return false;
    }

    private static readonly Dictionary<string, Regex> Expressions = [];

    private static Regex Expression(string pattern) => Expressions.TryGetValue(pattern, out var regex)
        ? regex
        : Expressions[pattern] = new(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, TimeSpan.FromSeconds(1));

    private sealed class BenchCatalog : ICatalog
    {
        private readonly AgentModel _agent;

        public BenchCatalog(Guid agent)
        {
            TenantModel tenant = new(Guid.NewGuid(), "bench", "Bench", Suspended: false, new() { DefaultAgent = agent });
            var nothing = JsonElement.Parse("{}");
            _agent = new() { Id = agent, Tenant = tenant, Kind = "echo", Name = "Echo", Enabled = true, Settings = nothing };
            Channel = new() { Id = Guid.NewGuid(), Tenant = tenant, Kind = "websocket", Name = "Chat", Enabled = true, Settings = nothing };
        }

        public event Action? Changed
        {
            add { }
            remove { }
        }

        public RuleSetModel Rules { get; set; } = RuleSetModel.Empty;

        public ChannelModel Channel { get; }

        public IReadOnlyCollection<TenantModel> Tenants => [Channel.Tenant];

        public IReadOnlyCollection<ChannelModel> Channels => [Channel];

        public TenantModel? FindTenant(Guid id) => Channel.Tenant;

        public TenantModel? FindTenant(string slug) => Channel.Tenant;

        public ChannelModel? FindChannel(Guid id) => Channel;

        public AgentModel? FindAgent(Guid id) => id == _agent.Id ? _agent : null;

        public AgentModel? FindAgent(Guid tenant, string name) => null;

        public RuleSetModel FindRules(Guid tenant) => Rules;

        public IReadOnlyCollection<AgentModel> Agents => [];

        public PoolModel? FindPool(Guid id) => null;

        public PoolModel? FindPool(Guid tenant, string name) => null;

        public IntentSetModel FindIntents(Guid tenant) => IntentSetModel.Empty;

        public Task ReloadAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
