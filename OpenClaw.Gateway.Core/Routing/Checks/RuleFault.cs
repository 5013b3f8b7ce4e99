namespace OpenClaw.Gateway.Core.Routing.Checks;

/// <summary>What is wrong with one field of a rule, as the API names it: <c>match.text.regex</c>.</summary>
public sealed record RuleFault(string Field, string Message);

/// <summary>A rule that may be saved but can never decide, and why.</summary>
public sealed record RuleWarning(Guid Rule, string Message);
