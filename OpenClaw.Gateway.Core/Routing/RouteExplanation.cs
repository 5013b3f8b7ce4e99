using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Routing;

/// <summary>A message that a person asks about: where would it go, and why.</summary>
public sealed record RouteQuestion
{
    /// <summary>Where it comes in.</summary>
    public required ChannelModel Channel { get; init; }

    /// <summary>Its text.</summary>
    public string Text { get; init; } = "";

    /// <summary>A mail's subject, which rules on text look at too; null = there is none.</summary>
    public string? Subject { get; init; }

    /// <summary>The author's platform id; null = nobody in particular.</summary>
    public string? User { get; init; }

    /// <summary>It has an attachment.</summary>
    public bool HasAttachment { get; init; }

    /// <summary>It is written where several people read along.</summary>
    public bool IsGroup { get; init; }

    /// <summary>What its text seems to want; null = that was not asked.</summary>
    public IntentGuess? Intent { get; init; }

    /// <summary>The agent that an operator or a handoff assigned to the session; null = none.</summary>
    public Guid? Assigned { get; init; }

    /// <summary>The agent that the session had last; null = none yet.</summary>
    public Guid? Last { get; init; }
}

/// <summary>Where a message would go, and why (contract: /routing-rules/evaluate).</summary>
/// <param name="Rule">The rule that decides; null = none does.</param>
/// <param name="Agent">The agent; null = nobody: the rule drops it, or it becomes a dead letter <c>no_route</c>.</param>
/// <param name="Strategy">One of <see cref="RouteStrategies"/>.</param>
/// <param name="Why">The reason that would be stored with the message.</param>
/// <param name="Rules">Every rule, in order.</param>
public sealed record RouteExplanation(RuleModel? Rule, AgentModel? Agent, string Strategy, string Why, IReadOnlyList<RuleExplanation> Rules)
{
    /// <summary>The rule says that nobody answers.</summary>
    public bool IsDrop => Rule?.Target.Drop == true;

    /// <summary>What the text seems to want; null = no rule looks at it.</summary>
    public IntentGuess? Intent { get; init; }

    /// <summary>The same for people: <c>Recognised intent 'refund' with 0.83.</c></summary>
    public string? IntentSentence => Intent is { } guess ? Intents.IntentWords.Of(guess) : null;
}

/// <summary>What one rule says of the message.</summary>
/// <param name="Rule">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Matched">All its conditions hold, whether or not it decides.</param>
/// <param name="Why">Why, or which condition does not hold.</param>
/// <param name="Decides">It is the one that decides.</param>
public sealed record RuleExplanation(Guid Rule, string Name, bool Matched, string Why, bool Decides = false);
