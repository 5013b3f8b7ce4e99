using OpenClaw.Gateway.Core.Routing.Matching;
using OpenClaw.Gateway.Core.Routing.Patterns;

namespace OpenClaw.Gateway.Core.Routing.Checks;

/// <summary>How large rules may get. What these allow is routed in microseconds.</summary>
public static class RuleLimits
{
    /// <summary>Rules of a tenant.</summary>
    public const int Rules = 10_000;

    /// <summary>Rules of a tenant with a regular expression.</summary>
    public const int Expressions = 1_000;

    /// <summary>Characters of all substrings and words of a tenant's rules: they are searched by one table in memory.</summary>
    public const int PhraseCharacters = 500_000;

    /// <summary>Channels of a rule.</summary>
    public const int Channels = 200;

    /// <summary>Users of a rule.</summary>
    public const int Users = 1_000;

    /// <summary>Characters of a user's id.</summary>
    public const int UserLength = 200;

    /// <summary>Substrings or words in one list.</summary>
    public const int Phrases = 200;

    /// <summary>Characters of a substring or word.</summary>
    public const int PhraseLength = 200;

    /// <summary>Characters of a command, without its slash.</summary>
    public const int CommandLength = Commands.MaxLength;

    /// <summary>Characters of a regular expression.</summary>
    public const int ExpressionLength = RulePattern.MaxLength;
}
