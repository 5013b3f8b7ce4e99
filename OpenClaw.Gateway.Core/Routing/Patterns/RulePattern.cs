namespace OpenClaw.Gateway.Core.Routing.Patterns;

/// <summary>
/// A regular expression of a rule. It means what .NET's NonBacktracking, IgnoreCase, CultureInvariant means, and is matched by an automaton
/// of our own: .NET's takes seconds for some expressions of twenty characters (nested counted repetitions) and cannot be stopped
/// within a thousand characters of text. Here a character costs at most <see cref="PatternProgram.MaxSteps"/> steps, mostly one.
/// </summary>
internal sealed class RulePattern
{
    /// <summary>The longest expression.</summary>
    public const int MaxLength = 512;

    private readonly PatternAutomaton _automaton;

    private RulePattern(PatternNode node)
    {
        _automaton = new(new PatternProgram(node));
        Required = RequiredText.Of(node);
    }

    /// <summary>Matches nothing.</summary>
    public static RulePattern Never { get; } = new(new PatternNode.One(CharTest.Of(@"[^\s\S]", ignoreCase: false, singleLine: false)));

    /// <summary>Texts of which every match holds at least one, ignoring case; null when there are none worth searching for.</summary>
    public IReadOnlyList<string>? Required { get; }

    /// <summary>The expression, or null and what is wrong with it.</summary>
    public static RulePattern? TryCreate(string pattern, out string? fault)
    {
        fault = null;
        try
        {
            if (pattern.Length > MaxLength) throw new PatternException($"The expression has {pattern.Length} characters; {MaxLength} are allowed.");
            return new(PatternParser.Parse(pattern));
        }
        catch (PatternException e)
        {
            fault = e.Message;
            return null;
        }
    }

    /// <summary>True when some part of the text matches; false also when the message's work is used up.</summary>
    public bool IsMatch(ReadOnlySpan<char> text, ref PatternWork work) => _automaton.IsMatch(text, ref work);
}
