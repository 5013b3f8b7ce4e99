using System.Collections.Frozen;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing.Patterns;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Routing.Matching;

/// <summary>One rule, its conditions turned into numbers and sets. Conditions on the channel are in <see cref="ChannelRules"/>.</summary>
internal sealed class CompiledRule(int index, RuleModel model, RuleCounter counter)
{
    /// <summary>Its place among the rules.</summary>
    public int Index => index;

    public RuleModel Model => model;

    public RuleCounter Counter => counter;

    public FrozenSet<string>? Users { get; init; }

    /// <summary>Folded, without slash.</summary>
    public string? Command { get; init; }

    /// <summary>Numbers of phrases, in the order of the rule's items.</summary>
    public int[]? Any { get; init; }

    public int[]? All { get; init; }

    public int[]? Keywords { get; init; }

    public RulePattern? Pattern { get; init; }

    public string? Language => model.Match.Language;

    /// <summary>The text itself must be looked at, more than its first word.</summary>
    public bool NeedsText => Any is not null || All is not null || Keywords is not null || Pattern is not null || Language is not null;

    /// <summary>The decision's stored form.</summary>
    public required RuleReasons Reasons { get; init; }
}
