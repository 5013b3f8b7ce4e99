using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Telegram.Api;

namespace OpenClaw.FakePlatforms.Telegram.Rules;

/// <summary>parse_mode MarkdownV2, https://core.telegram.org/bots/api#markdownv2-style, and the old Markdown.</summary>
internal sealed class MarkdownMarkup
{
    private const string Reserved = "_*[]()~`>#+-=|{}.!";

    private readonly string _source;
    private readonly StringBuilder _text = new();
    private readonly JsonArray _entities = [];
    private readonly List<OpenMark> _open = [];
    private int _at;

    private MarkdownMarkup(string source) => _source = source;

    private sealed record OpenMark(string Mark, string Type, int Start, int Source);

    public static FormattedText Parse(string source)
    {
        MarkdownMarkup markup = new(source);
        while (markup._at < source.Length) markup.Step();
        markup.EndQuote();
        if (markup._open is [.., var left]) throw Fault($"can't find end of {Said(left.Type)} entity at byte offset {markup.Bytes(left.Source)}");
        return new(markup._text.ToString(), markup._entities);
    }

    /// <summary>The old style: one level, no escapes inside, nothing else reserved.</summary>
    public static FormattedText ParseOld(string source)
    {
        MarkdownMarkup markup = new(source);
        while (markup._at < source.Length) markup.StepOld();
        return new(markup._text.ToString(), markup._entities);
    }

    private void Step()
    {
        var c = _source[_at];
        if (c is '\n') EndQuoteUnlessItGoesOn();
        else if (c is '\\' && _at + 1 < _source.Length && _source[_at + 1] is > '\0' and < '\x7f')
        {
            _text.Append(_source[_at + 1]);
            _at += 2;
        }
        else if (AtLineStart() && (c is '>' || At("**>"))) BeginQuote();
        else if (c is '`') ReadCode();
        else if (Mark() is var (mark, type)) Toggle(mark, type);
        else if (c is '[' || At("![")) BeginLink();
        else if (c is ']') EndLink();
        else if (Reserved.Contains(c, StringComparison.Ordinal)) throw Fault($"character '{c}' is reserved and must be escaped with the preceding '\\'");
        else
        {
            _text.Append(c);
            _at++;
        }
    }

    private void StepOld()
    {
        var c = _source[_at];
        if (c is '\\' && _at + 1 < _source.Length && _source[_at + 1] is '_' or '*' or '`' or '[')
        {
            _text.Append(_source[_at + 1]);
            _at += 2;
        }
        else if (c is '`') ReadCode();
        else if (c is '_' or '*')
        {
            var end = _source.IndexOf(c, _at + 1);
            if (end < 0) throw Fault($"can't find end of the entity starting at byte offset {Bytes(_at)}");
            var start = _text.Length;
            _text.Append(_source, _at + 1, end - _at - 1);
            Add(c is '_' ? "italic" : "bold", start);
            _at = end + 1;
        }
        else if (c is '[' && _source.IndexOf("](", _at, StringComparison.Ordinal) is > 0 and var middle && _source.IndexOf(')', middle) is > 0 and var end)
        {
            var start = _text.Length;
            _text.Append(_source, _at + 1, middle - _at - 1);
            Add("text_link", start, ("url", _source[(middle + 2)..end]));
            _at = end + 1;
        }
        else if (c is '[') throw Fault($"can't find end of the entity starting at byte offset {Bytes(_at)}");
        else
        {
            _text.Append(c);
            _at++;
        }
    }

    private void ReadCode()
    {
        var isBlock = At("```");
        var fence = isBlock ? "```" : "`";
        var begin = _at;
        var from = _text.Length;
        _at += fence.Length;
        string? language = null;
        if (isBlock)
        {
            var line = _at;
            while (line < _source.Length && !char.IsWhiteSpace(_source[line]) && _source[line] is not '`') line++;
            if (line < _source.Length && _source[line] is '\n')
            {
                language = _source[_at..line];
                _at = line + 1;
            }
        }

        while (!At(fence))
        {
            if (_at >= _source.Length) throw Fault($"can't find end of {(isBlock ? "Pre" : "Code")} entity at byte offset {Bytes(begin)}");
            if (_source[_at] is '\\' && _at + 1 < _source.Length && _source[_at + 1] is '`' or '\\') _at++;
            _text.Append(_source[_at++]);
        }

        _at += fence.Length;
        if (language is { Length: > 0 }) Add("pre", from, ("language", language));
        else Add(isBlock ? "pre" : "code", from);
    }

    private (string Mark, string Type)? Mark()
    {
        if (At("__")) return ("__", "underline");
        if (At("||")) return ("||", "spoiler");
        return _source[_at] switch
        {
            '_' => ("_", "italic"),
            '*' => ("*", "bold"),
            '~' => ("~", "strikethrough"),
            _ => null,
        };
    }

    private void Toggle(string mark, string type)
    {
        if (_open is [.., var last] && last.Mark == mark) Close(last);
        else if (_open.Exists(o => o.Mark == mark)) throw Fault($"can't find end of {Said(_open[^1].Type)} entity at byte offset {Bytes(_open[^1].Source)}");
        else _open.Add(new(mark, type, _text.Length, _at));
        _at += mark.Length;
    }

    private void BeginLink()
    {
        var mark = _source[_at] is '!' ? "![" : "[";
        _open.Add(new(mark, "text_link", _text.Length, _at));
        _at += mark.Length;
    }

    private void EndLink()
    {
        if (_open is not [.., { Type: "text_link" } link]) throw Fault("character ']' is reserved and must be escaped with the preceding '\\'");
        _open.RemoveAt(_open.Count - 1);
        _at++;
        if (!At("(")) throw Fault($"can't find end of a URL at byte offset {Bytes(_at)}");
        StringBuilder url = new();
        for (_at++; !At(")"); _at++)
        {
            if (_at >= _source.Length) throw Fault($"can't find end of a URL at byte offset {Bytes(link.Source)}");
            if (_source[_at] is '\\' && _at + 1 < _source.Length) _at++;
            url.Append(_source[_at]);
        }

        _at++;
        if (link.Mark is "![") Add("custom_emoji", link.Start, ("custom_emoji_id", url.ToString().Split('=')[^1]));
        else Add("text_link", link.Start, ("url", url.ToString()));
    }

    private void BeginQuote()
    {
        var isExpandable = _source[_at] is '*';
        if (!_open.Exists(o => o.Mark is ">")) _open.Insert(0, new(">", isExpandable ? "expandable_blockquote" : "blockquote", _text.Length, _at));
        _at += isExpandable ? 3 : 1;
    }

    private void EndQuoteUnlessItGoesOn()
    {
        if (_at + 1 >= _source.Length || _source[_at + 1] is not '>') EndQuote();
        _text.Append('\n');
        _at++;
    }

    private void EndQuote()
    {
        if (_open is [{ Mark: ">" } quote]) Close(quote);
        // the || at the end of an expandable quote
        else if (_open is [{ Mark: ">" } expandable, { Mark: "||" } end] && end.Start == _text.Length)
        {
            _open.RemoveAt(1);
            Close(expandable with { Type = "expandable_blockquote" });
        }
    }

    private void Close(OpenMark mark)
    {
        _open.RemoveAt(_open.Count - 1);
        Add(mark.Type, mark.Start);
    }

    private void Add(string type, int start, params ReadOnlySpan<(string Name, string Value)> more)
    {
        if (_text.Length == start) return;
        JsonObject entity = new() { ["type"] = type, ["offset"] = start, ["length"] = _text.Length - start };
        foreach (var (name, value) in more) entity[name] = value;
        var at = 0;
        while (at < _entities.Count && (int)_entities[at]!["offset"]! < start) at++;
        _entities.Insert(at, entity);
    }

    private bool At(string mark) => string.CompareOrdinal(_source, _at, mark, 0, mark.Length) == 0;

    private bool AtLineStart() => _at == 0 || _source[_at - 1] is '\n';

    private int Bytes(int at) => Encoding.UTF8.GetByteCount(_source.AsSpan(0, at));

    private static string Said(string type) => type is "text_link" ? "TextUrl" : CultureInfo.InvariantCulture.TextInfo.ToTitleCase(type);

    private static Refusal Fault(string why) => Refusal.Broken($"can't parse entities: {char.ToUpperInvariant(why[0])}{why[1..]}");
}
