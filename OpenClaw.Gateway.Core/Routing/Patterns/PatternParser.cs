using System.Globalization;

namespace OpenClaw.Gateway.Core.Routing.Patterns;

/// <summary>
/// Reads .NET's syntax of regular expressions as far as NonBacktracking takes it: no look-around, no references back, no atomic groups.
/// </summary>
internal sealed class PatternParser
{
    private const int MaxDepth = 50;
    private readonly string _pattern;
    private readonly Dictionary<(string, Modes), CharTest> _tests = [];
    private int _at;
    private int _depth;

    private PatternParser(string pattern) => _pattern = pattern;

    [Flags]
    private enum Modes
    {
        None = 0,
        IgnoreCase = 1,
        Multiline = 2,
        Singleline = 4,
        Spaced = 8,
    }

    private bool AtEnd => _at >= _pattern.Length;

    /// <summary>The expression's parts; throws <see cref="PatternException"/>.</summary>
    public static PatternNode Parse(string pattern)
    {
        var parser = new PatternParser(pattern);
        var node = parser.Choice(Modes.IgnoreCase);
        return parser.AtEnd ? node : throw new PatternException("There is a ')' without its '('.");
    }

    private PatternNode Choice(Modes modes)
    {
        if (++_depth > MaxDepth) throw new PatternException($"Groups may be nested {MaxDepth} deep at most.");
        List<PatternNode> choices = [];
        List<PatternNode> parts = [];
        while (!AtEnd && _pattern[_at] != ')')
        {
            if (_pattern[_at] == '|')
            {
                _at++;
                choices.Add(Sequence(parts));
                parts = [];
            }
            else if (Part(ref modes) is { } part)
            {
                parts.Add(Repeated(part, modes));
            }
        }

        _depth--;
        choices.Add(Sequence(parts));
        return choices.Count == 1 ? choices[0] : new PatternNode.Choice(choices);
    }

    /// <summary>The next part; null for what stands for nothing (a comment, a change of modes).</summary>
    private PatternNode? Part(ref Modes modes)
    {
        var c = _pattern[_at++];
        switch (c)
        {
            case '(': return Group(ref modes);
            case '[': return Element(Class(), modes);
            case '\\': return Escape(modes);
            case '.': return Element(".", modes);
            case '^': return new PatternNode.Place(modes.HasFlag(Modes.Multiline) ? PatternPlace.LineStart : PatternPlace.Start);
            case '$': return new PatternNode.Place(modes.HasFlag(Modes.Multiline) ? PatternPlace.LineEnd : PatternPlace.NearEnd);
            case '*' or '+' or '?': throw new PatternException($"There is nothing before the '{c}' that it could repeat.");
            case '{' when Braces(_at - 1) is not null: throw new PatternException("There is nothing before the '{' that it could repeat.");
            case ' ' or '\t' or '\n' or '\r' or '\f' or '\v' when modes.HasFlag(Modes.Spaced): return null;
            case '#' when modes.HasFlag(Modes.Spaced):
                while (!AtEnd && _pattern[_at] != '\n') _at++;
                return null;
            default: return Letter(c, modes);
        }
    }

    private PatternNode Repeated(PatternNode part, Modes modes)
    {
        while (true)
        {
            if (modes.HasFlag(Modes.Spaced)) SkipSpace();
            if (AtEnd) return part;
            var (min, max, length) = _pattern[_at] switch
            {
                '*' => (0, -1, 1),
                '+' => (1, -1, 1),
                '?' => (0, 1, 1),
                '{' when Braces(_at) is { } braces => braces,
                _ => (1, 1, 0),
            };
            if (length == 0) return part;
            _at += length;
            if (!AtEnd && _pattern[_at] == '?') _at++; // as few as possible: the same for whether there is a match
            part = new PatternNode.Repeat(part, min, max);
            if (!AtEnd && (_pattern[_at] is '*' or '+' or '?' || (_pattern[_at] == '{' && Braces(_at) is not null)))
                throw new PatternException($"'{_pattern[_at]}' repeats a repetition; put the first into a group.");
        }
    }

    /// <summary>{n}, {n,} or {n,m} at that place; anything else is a literal brace.</summary>
    private (int Min, int Max, int Length)? Braces(int at)
    {
        var end = _pattern.IndexOf('}', at);
        if (end < 0) return null;
        var inside = _pattern[(at + 1)..end].Split(',');
        if (inside.Length > 2 || !IsNumber(inside[0]) || (inside.Length == 2 && inside[1].Length > 0 && !IsNumber(inside[1]))) return null;
        var min = Number(inside[0]);
        var max = inside.Length == 1 ? min : inside[1].Length == 0 ? -1 : Number(inside[1]);
        return max >= 0 && max < min ? throw new PatternException($"{{{min},{max}}} asks for at least {min} and at most {max}.") : (min, max, end - at + 1);
    }

    private static bool IsNumber(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);

    private static int Number(string text) =>
        text.Length <= 6 ? int.Parse(text, CultureInfo.InvariantCulture) : throw new PatternException($"{text} repetitions are too many.");

    private void SkipSpace()
    {
        while (!AtEnd && (char.IsWhiteSpace(_pattern[_at]) || _pattern[_at] == '#'))
        {
            if (_pattern[_at++] != '#') continue;
            while (!AtEnd && _pattern[_at] != '\n') _at++;
        }
    }

    private PatternNode? Group(ref Modes modes)
    {
        if (AtEnd || _pattern[_at] != '?') return Inside(modes);
        _at++;
        if (AtEnd) throw new PatternException("A group is not closed: a ')' is missing.");
        switch (_pattern[_at])
        {
            case '#':
                _at = _pattern.IndexOf(')', _at) is var end and >= 0 ? end + 1 : throw new PatternException("A comment is not closed: a ')' is missing.");
                return null;
            case ':':
                _at++;
                return Inside(modes);
            case '<' or '\'' when _at + 1 < _pattern.Length && _pattern[_at + 1] is not ('=' or '!'):
                SkipName(_pattern[_at] == '<' ? '>' : '\'');
                return Inside(modes);
            case '=' or '!' or '<': throw new PatternException("Look-ahead and look-behind are not possible in a rule.");
            case '>': throw new PatternException("Atomic groups are not possible in a rule.");
            case '(': throw new PatternException("Conditions on groups are not possible in a rule.");
            default: return Switch(ref modes);
        }
    }

    private void SkipName(char end)
    {
        var to = _pattern.IndexOf(end, _at + 1);
        if (to < 0) throw new PatternException("A group's name is not closed.");
        if (_pattern.AsSpan(_at, to - _at).Contains('-')) throw new PatternException("Balancing groups are not possible in a rule.");
        _at = to + 1;
    }

    /// <summary>(?i-s) for the rest of the group, (?i-s:…) for its inside.</summary>
    private PatternNode? Switch(ref Modes modes)
    {
        var (changed, on) = (modes, true);
        for (; !AtEnd; _at++)
        {
            var mode = _pattern[_at] switch { 'i' => Modes.IgnoreCase, 'm' => Modes.Multiline, 's' => Modes.Singleline, 'x' => Modes.Spaced, _ => Modes.None };
            if (mode != Modes.None) changed = on ? changed | mode : changed & ~mode;
            else if (_pattern[_at] == '-') on = false;
            else if (_pattern[_at] is '+') on = true;
            else if (_pattern[_at] != 'n') break;
        }

        if (AtEnd) throw new PatternException("A group is not closed: a ')' is missing.");
        switch (_pattern[_at++])
        {
            case ':': return Inside(changed);
            case ')':
                modes = changed;
                return null;
            default: throw new PatternException($"'(?{_pattern[_at - 1]}' is not a kind of group that a rule can have.");
        }
    }

    private PatternNode Inside(Modes modes)
    {
        var node = Choice(modes);
        if (AtEnd) throw new PatternException("A group is not closed: a ')' is missing.");
        _at++;
        return node;
    }

    /// <summary>A whole class from behind its '[' on, with subtracted classes in it, as written.</summary>
    private string Class()
    {
        var start = _at - 1;
        if (!AtEnd && _pattern[_at] == '^') _at++;
        if (!AtEnd && _pattern[_at] == ']') _at++; // at first place a literal
        for (; !AtEnd; _at++)
        {
            if (_pattern[_at] == '\\') _at++;
            else if (_pattern[_at] == '[' && _at + 1 < _pattern.Length && _pattern[_at + 1] == ':' && _pattern.IndexOf(":]", _at, StringComparison.Ordinal) > 0) throw new PatternException("[:names:] of classes are not possible in a rule.");
            else if (_pattern[_at] == '[' && _pattern[_at - 1] == '-') Subtracted();
            else if (_pattern[_at] == ']') return _pattern[start..++_at];
        }

        throw new PatternException("A class is not closed: a ']' is missing.");
    }

    private void Subtracted()
    {
        if (++_depth > MaxDepth) throw new PatternException($"Classes may be nested {MaxDepth} deep at most.");
        _at++;
        Class();
        _at--;
        _depth--;
    }

    private PatternNode Escape(Modes modes)
    {
        if (AtEnd) throw new PatternException("The expression ends with a single '\\'.");
        var c = _pattern[_at++];
        switch (c)
        {
            case 'b': return new PatternNode.Place(PatternPlace.WordEdge);
            case 'B': return new PatternNode.Place(PatternPlace.NoWordEdge);
            case 'A': return new PatternNode.Place(PatternPlace.Start);
            case 'z': return new PatternNode.Place(PatternPlace.End);
            case 'Z': return new PatternNode.Place(PatternPlace.NearEnd);
            case 'G': throw new PatternException(@"'\G' is not possible in a rule.");
            case 'k' or (>= '1' and <= '9'): throw new PatternException("References back to groups are not possible in a rule.");
            case 'd' or 'D' or 'w' or 'W' or 's' or 'S': return Element($@"\{c}", modes);
            case 'p' or 'P': return Element(Long(_pattern.IndexOf('}', _at) + 1), modes);
            case 'x': return Element(Long(_at + 2), modes);
            case 'u': return Element(Long(_at + 4), modes);
            case 'c': return Element(Long(_at + 1), modes);
            case '0': return Element(Long(_at + _pattern.AsSpan(_at).Slice(0, Math.Min(2, _pattern.Length - _at)).IndexOfAnyExceptInRange('0', '7') switch { -1 => Math.Min(2, _pattern.Length - _at), var n => n }), modes);
            case 't' or 'n' or 'r' or 'f' or 'v' or 'a' or 'e': return Element($@"\{c}", modes);
            default:
                return char.IsAsciiLetter(c) ? throw new PatternException($@"'\{c}' is not something that an expression knows.") : Letter(c, modes);
        }
    }

    private string Long(int end)
    {
        if (end <= _at - 1 || end > _pattern.Length) throw new PatternException($@"'\{_pattern[_at - 1]}' is not complete.");
        var text = _pattern[(_at - 2)..end];
        _at = end;
        return text;
    }

    private PatternNode.One Letter(char c, Modes modes) => new(Test(c.ToString(), modes & Modes.IgnoreCase, () => CharTest.Of(c, modes.HasFlag(Modes.IgnoreCase))));

    private PatternNode.One Element(string element, Modes modes) =>
        new(Test("\0" + element, modes & (Modes.IgnoreCase | Modes.Singleline), () => CharTest.Of(element, modes.HasFlag(Modes.IgnoreCase), modes.HasFlag(Modes.Singleline))));

    /// <summary>Equal elements share their test: fewer classes of characters, smaller tables.</summary>
    private CharTest Test(string element, Modes modes, Func<CharTest> make) =>
        _tests.TryGetValue((element, modes), out var test) ? test : _tests[(element, modes)] = make();

    private static PatternNode Sequence(List<PatternNode> parts) => parts.Count == 1 ? parts[0] : new PatternNode.Sequence(parts);
}
