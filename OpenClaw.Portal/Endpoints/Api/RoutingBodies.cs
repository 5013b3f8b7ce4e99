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
