using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace OpenClaw.Gateway.Core.Routing.Patterns;

/// <summary>
/// Whether a single character fits one element of an expression. What a class means is not decided here but asked of .NET's own
/// engine, once per character: it cannot differ from the contract's.
/// </summary>
internal sealed class CharTest
{
    private static readonly ConcurrentDictionary<(string Element, RegexOptions Options), CharTest> Common = new();
    private readonly Regex? _regex;
    private readonly char _literal;
    private readonly bool _ignoreCase;

    private CharTest(char literal, bool ignoreCase) => (_literal, _ignoreCase) = (literal, ignoreCase);

    private CharTest(string element, RegexOptions options) =>
        _regex = new($@"\A(?:{element})\z", options | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    /// <summary>The one character that fits, whatever its case; null when it is a class.</summary>
    public char? Literal => _regex is null ? _literal : null;

    /// <summary>Exactly that character, or also in its other case: to .NET's expressions two characters are the same when their lower case is.</summary>
    public static CharTest Of(char literal, bool ignoreCase) => new(literal, ignoreCase);

    /// <summary>An element of one character's width as written: <c>\w</c>, <c>[a-z]</c>, <c>.</c>.</summary>
    public static CharTest Of(string element, bool ignoreCase, bool singleLine)
    {
        var options = (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None) | (singleLine ? RegexOptions.Singleline : RegexOptions.None);
        try
        {
            // \w, \d, \s, the dot and their like: few, and in most expressions
            return element.Length <= 2 ? Common.GetOrAdd((element, options), static key => new(key.Element, key.Options)) : new(element, options);
        }
        catch (ArgumentException e)
        {
            throw new PatternException($"'{element}' cannot be read: {e.Message}");
        }
    }

    public bool Fits(char c)
    {
        if (_regex is not null) return _regex.IsMatch([c]);
        if (c == _literal) return true;
        return _ignoreCase && char.ToLowerInvariant(c) == char.ToLowerInvariant(_literal);
    }
}
