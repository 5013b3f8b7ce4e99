using System.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Headers;

/// <summary>Reads address lists (RFC 5322 3.4, with the obsolete forms and what senders write instead).</summary>
internal sealed class AddressParser
{
    private readonly string _text;
    private readonly List<MailboxAddress> _found = [];
    private readonly List<string> _words = [];
    private readonly StringBuilder _bare = new();
    private int _at;
    private bool _spaced;
    private string? _angle;
    private string? _comment;
    private string? _group;

    private AddressParser(string text)
    {
        _text = text;
    }

    public static IReadOnlyList<MailboxAddress> Parse(string text)
    {
        var list = new AddressParser(text).Run();
        // a whole list in encoded words
        if (list is [{ Address: "", Name: var name }] && name.Contains('@', StringComparison.Ordinal) && text.Contains("=?", StringComparison.Ordinal) && new AddressParser(name).Run() is [{ Address.Length: > 0 }, ..] decoded) return decoded;
        return list;
    }

    private List<MailboxAddress> Run()
    {
        while (_at < _text.Length) Step(_text[_at]);
        Flush();
        return _found;
    }

    private void Step(char c)
    {
        switch (c)
        {
            case ',':
                _at++;
                Flush();
                break;
            case ';':
                _at++;
                Flush();
                _group = null;
                break;
            case '"':
                Quoted();
                break;
            case '(':
                _comment = Comment();
                break;
            case '<':
                Angle();
                break;
            case ':' when _bare.Length > 0 && !Contains('@') || _bare.Length == 0 && _words.Count > 0:
                _at++;
                Take();
                _group = Phrase();
                _words.Clear();
                break;
            case '=' when EncodedWords.EndOfWord(_text, _at) is var end and > 0:
                Take();
                _words.Add(_text[_at..end]);
                (_at, _spaced) = (end, false);
                break;
            case ' ':
            case '\t':
                _at++;
                _spaced = true;
                break;
            default:
                Atom();
                break;
        }
    }

    /// <summary>Characters of a word or a bare address. Spaces around its "@" and dots are forgiven.</summary>
    private void Atom()
    {
        if (_spaced && _bare.Length > 0 && _bare[^1] is not ('@' or '.') && _text[_at] != '@' && !(_text[_at] == '.' && Contains('@'))) Take();
        _spaced = false;
        if (_text[_at] == '[' && _bare.Length > 0 && _bare[^1] == '@' && _text.IndexOf(']', _at) is var close and > 0)
        {
            _bare.Append(_text, _at, close + 1 - _at);
            _at = close + 1;
            return;
        }

        _bare.Append(_text[_at++]);
    }

    private void Quoted()
    {
        var start = _at++;
        StringBuilder content = new();
        while (_at < _text.Length && _text[_at] != '"')
        {
            if (_text[_at] == '\\' && _at + 1 < _text.Length) _at++;
            content.Append(_text[_at++]);
        }

        _at++;
        if (_at < _text.Length && _text[_at] == '@')
        {
            Take();
            _bare.Append(_text, start, _at - start);
            _spaced = false;
            return;
        }

        Take();
        _words.Add(content.ToString());
        _spaced = false;
    }

    private string Comment()
    {
        StringBuilder content = new();
        var depth = 0;
        for (; _at < _text.Length; _at++)
        {
            var c = _text[_at];
            if (c == '\\' && _at + 1 < _text.Length) content.Append(_text[++_at]);
            else if (c == '(' && depth++ == 0) continue;
            else if (c == ')' && --depth == 0)
            {
                _at++;
                break;
            }
            else content.Append(c);
        }

        _spaced = true;
        return content.ToString().Trim();
    }

    private void Angle()
    {
        var close = _text.IndexOf('>', _at);
        var end = close < 0 ? _text.Length : close;
        if (close < 0 && _text.IndexOf(',', _at) is var comma and > 0) end = comma;
        var content = _text[(_at + 1)..end].Trim();
        if (content.StartsWith('<')) content = content.TrimStart('<');
        if (content.StartsWith('@') && content.IndexOf(':', StringComparison.Ordinal) is var route and > 0) content = content[(route + 1)..];
        Take();
        _angle = WithoutComments(content).Replace(" ", "", StringComparison.Ordinal);
        _at = close < 0 ? end : close + 1;
        _spaced = false;
    }

    private static string WithoutComments(string content)
    {
        if (!content.Contains('(', StringComparison.Ordinal) || content.Contains('"', StringComparison.Ordinal)) return content;
        StringBuilder kept = new(content.Length);
        var depth = 0;
        foreach (var c in content)
        {
            if (c == '(') depth++;
            else if (c == ')' && depth > 0) depth--;
            else if (depth == 0) kept.Append(c);
        }

        return kept.ToString();
    }

    private bool Contains(char c)
    {
        for (var i = 0; i < _bare.Length; i++)
        {
            if (_bare[i] == c) return true;
        }

        return false;
    }

    private void Take()
    {
        if (_bare.Length > 0) _words.Add(_bare.ToString());
        _bare.Clear();
    }

    private string Phrase() => EncodedWords.Decode(string.Join(' ', _words)).Trim();

    private void Flush()
    {
        Take();
        if (_angle is not null) Add(_words.Count > 0 ? Phrase() : Decoded(_comment), _angle);
        else if (_words.Exists(IsAddress))
        {
            var name = _comment is null && _words.Count(IsAddress) == 1 ? string.Join(' ', _words.Where(w => !IsAddress(w))) : _comment;
            foreach (var word in _words.Where(IsAddress)) Add(Decoded(name), word);
        }
        else if (_words.Count > 0) Add(Phrase(), "");

        _words.Clear();
        (_angle, _comment, _spaced) = (null, null, false);
    }

    private static bool IsAddress(string word) => word.IndexOf('@', StringComparison.Ordinal) is var i and > 0 && i < word.Length - 1 && !word.StartsWith("=?", StringComparison.Ordinal);

    private static string Decoded(string? text) => text is null ? "" : EncodedWords.Decode(text).Trim();

    private void Add(string name, string address) => _found.Add(new(name, address, _group));
}
