using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing;
using OpenClaw.Gateway.Core.Routing.Matching;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Core.Tests.Routing;

/// <summary>Short ways to write rules in tests.</summary>
internal static class RuleSamples
{
    public static RuleModel Rule(string name, Guid agent, RuleMatch? match = null) => new() { Id = Guid.NewGuid(), Name = name, Match = match ?? new(), Target = new() { Agent = agent } };

    public static RuleModel Drop(string name, RuleMatch? match = null) => new() { Id = Guid.NewGuid(), Name = name, Match = match ?? new(), Target = new() { Drop = true } };

    public static RuleMatch Any(params string[] items) => new() { Text = new() { Any = items } };

    public static RuleMatch Keywords(params string[] items) => new() { Text = new() { Keywords = items } };

    public static RuleMatch Expression(string regex) => new() { Text = new() { Regex = regex } };

    public static RuleSetModel Set(params RuleModel[] rules) => new(3, rules);

    public static RouteFacts Facts(string text = "hello", string? user = "ada", bool attachment = false, Guid last = default, bool assigned = false) =>
        new(Utf8Text.From(text), user, attachment, last, assigned);

    public static CompiledRules Compile(RuleSetModel set) => RuleCompiler.Compile(set, id => new RuleCounter(Guid.Empty, id));

    /// <summary>All matching rules in order.</summary>
    public static List<RuleModel> Matches(RuleSetModel set, ChannelModel channel, in RouteFacts facts)
    {
        var found = new List<RuleModel>();
        using var scan = new RuleScan(Compile(set), channel, facts);
        while (scan.Next() is { } rule) found.Add(rule.Model);
        return found;
    }
}
