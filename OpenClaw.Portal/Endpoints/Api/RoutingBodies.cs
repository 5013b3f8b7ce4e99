using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary>A routing rule as it is sent. All fields are optional in a patch; <c>position</c> is counted from 0.</summary>
internal sealed record RuleBody(string? Name, bool? Enabled, bool? OnlyWhenUnassigned, RuleMatch? Match, RuleTarget? Target, int? Position);

/// <summary>The order of the rules: each id exactly once.</summary>
internal sealed record RuleOrderBody(IReadOnlyList<Guid>? Ids);

/// <summary>What a published version was for.</summary>
internal sealed record PublishBody
{
    public string? Note { get; init; }
}

/// <summary>A message that is asked about. With <c>draft</c> the portal's draft is asked instead of what is live.</summary>
internal sealed record EvaluateBody(Guid? ChannelId, string? Text, string? User, bool? HasAttachment, bool? Draft, bool? Group, string? Subject);

/// <summary>Where a message would go; <c>Agent</c> is null when nobody would answer.</summary>
internal sealed record EvaluationView(RuleRef? Rule, Guid? Agent, string Strategy, string Why, IReadOnlyList<RuleVerdict> Rules)
{
    /// <summary>What was recognised; absent where no rule looks at it.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public RecognisedIntent? Intent { get; init; }
}

/// <summary>An intent and its score; <c>Name</c> is null where it is none of the intents.</summary>
internal sealed record RecognisedIntent(string? Name, double Score);

/// <summary>A rule by id and name.</summary>
internal sealed record RuleRef(Guid Id, string Name);

/// <summary>What one rule says of the message.</summary>
internal sealed record RuleVerdict(RuleRef Rule, bool Matched, string Why);

/// <summary>Rules to try on the messages since then: a week where <c>Since</c> is absent, the portal's draft where <c>Rules</c> is.</summary>
internal sealed record BacktestBody(DateTimeOffset? Since, IReadOnlyList<RuleBody>? Rules);
