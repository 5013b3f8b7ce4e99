using System.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

/// <summary>A literal of an answer and the place in its text from which it was taken; no bytes = content, which went into the window.</summary>
internal readonly record struct ImapLiteral(int At, byte[]? Bytes);

/// <summary>
/// Reads the values of an answer (RFC 9051 section 9), and makes what it can of one that is malformed: a list or string that does not
/// end ends with the answer. Only what has no bounds is a fault.
/// </summary>
internal ref struct ImapScanner(ReadOnlySpan<byte> text, List<ImapLiteral> literals)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private readonly List<ImapLiteral> _literals = literals;
    private int _at;
    private int _literal;
    private int _values;

    private readonly bool IsLiteral => _literal < _literals.Count && _literals[_literal].At == _at;

    /// <summary>All values to the end.</summary>
    public List<ImapValue> All()
    {
        List<ImapValue> values = [];
        while (true)
        {
            if (Next(0) is { } value) values.Add(value);
            else if (_at < _text.Length) _at++; // a parenthesis that closes nothing
            else return values;
        }
    }

    private ImapValue? Next(int depth)
    {
        while (!IsLiteral && _at < _text.Length && _text[_at] is (byte)' ' or (byte)'\t') _at++;
        if (IsLiteral) return Count(OfLiteral(_literals[_literal++].Bytes));
        if (_at >= _text.Length || _text[_at] == ')') return null;
        return _text[_at] switch
        {
            (byte)'(' => Count(List(depth)),
            (byte)'"' => Count(ImapValue.Of(Quoted())),
            _ => Count(Atom()),
        };
    }

    private static ImapValue OfLiteral(byte[]? bytes) => bytes is null ? ImapValue.Content : ImapValue.Of(Encoding.UTF8.GetString(bytes));

    private ImapValue Count(ImapValue value) => ++_values > ImapBounds.Values ? throw new InvalidDataException("an answer of too many words") : value;

    private ImapValue List(int depth)
    {
        if (depth == ImapBounds.Depth) throw new InvalidDataException("lists that are nested too deep");
        _at++;
        List<ImapValue> items = [];
        while (Next(depth + 1) is { } item) items.Add(item);
        if (_at < _text.Length) _at++;
        return ImapValue.Of(items);
    }

    private string Quoted()
    {
        var start = ++_at;
        var escaped = false;
        for (; _at < _text.Length && _text[_at] != '"'; _at++)
        {
            if (_text[_at] != '\\') continue;
            escaped = true;
            _at++;
        }

        _at = Math.Min(_at, _text.Length);
        var said = Encoding.UTF8.GetString(_text[start.._at]);
        _at = Math.Min(_at + 1, _text.Length);
        SkipLiterals();
        return escaped ? Unescaped(said) : said;
    }

    private static string Unescaped(string said)
    {
        var plain = new StringBuilder(said.Length);
        for (var i = 0; i < said.Length; i++) plain.Append(said[i] == '\\' && i + 1 < said.Length ? said[++i] : said[i]);
        return plain.ToString();
    }

    /// <summary>Brackets may hold blanks and parentheses: <c>BODY[HEADER.FIELDS (SUBJECT)]</c>.</summary>
    private ImapValue Atom()
    {
        var start = _at;
        var brackets = 0;
        while (_at < _text.Length && (_at == start || !IsLiteral))
        {
            var value = _text[_at];
            if (brackets == 0 && value is (byte)' ' or (byte)'\t' or (byte)'(' or (byte)')') break;
            if (value == '[') brackets++;
            if (value == ']' && brackets > 0) brackets--;
            _at++;
        }

        var word = Encoding.UTF8.GetString(_text[start.._at]);
        return word.Equals("NIL", StringComparison.OrdinalIgnoreCase) ? ImapValue.Nil : ImapValue.Of(word);
    }

    /// <summary>A string that does not end may have run over the place of a literal.</summary>
    private void SkipLiterals()
    {
        while (_literal < _literals.Count && _literals[_literal].At < _at) _literal++;
    }
}
