namespace OpenClaw.Gateway.Core.Routing.Patterns;

/// <summary>A parsed expression. Which way of matching is preferred (lazy, greedy, groups) is left out: a rule asks only whether there is a match.</summary>
internal abstract record PatternNode
{
    /// <summary>One character.</summary>
    public sealed record One(CharTest Test) : PatternNode;

    /// <summary>A place between characters.</summary>
    public sealed record Place(PatternPlace Kind) : PatternNode;

    /// <summary>One after the other; none = the empty text.</summary>
    public sealed record Sequence(IReadOnlyList<PatternNode> Parts) : PatternNode;

    /// <summary>One of them.</summary>
    public sealed record Choice(IReadOnlyList<PatternNode> Parts) : PatternNode;

    /// <summary>So often; <c>Max</c> -1 = without end.</summary>
    public sealed record Repeat(PatternNode Part, int Min, int Max) : PatternNode;
}

/// <summary>Places between characters that an expression can name.</summary>
internal enum PatternPlace
{
    /// <summary><c>\A</c>, and <c>^</c> without (?m).</summary>
    Start,

    /// <summary><c>^</c> with (?m).</summary>
    LineStart,

    /// <summary><c>\z</c>.</summary>
    End,

    /// <summary><c>\Z</c>, and <c>$</c> without (?m): the end, or before a newline that is the last character.</summary>
    NearEnd,

    /// <summary><c>$</c> with (?m).</summary>
    LineEnd,

    /// <summary><c>\b</c>.</summary>
    WordEdge,

    /// <summary><c>\B</c>.</summary>
    NoWordEdge,
}

/// <summary>The expression cannot be used in a rule; the message says why.</summary>
internal sealed class PatternException(string message) : Exception(message);
