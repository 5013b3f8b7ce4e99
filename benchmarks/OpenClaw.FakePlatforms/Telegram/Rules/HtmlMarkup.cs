using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Telegram.Api;

namespace OpenClaw.FakePlatforms.Telegram.Rules;

/// <summary>parse_mode HTML: https://core.telegram.org/bots/api#html-style.</summary>
internal sealed class HtmlMarkup
{
    private readonly string _source;
    private readonly StringBuilder _text = new();
    private readonly JsonArray _entities = [];
    private readonly Stack<OpenTag> _open = new();
    private int _at;

    private HtmlMarkup(string source) => _source = source;

    private sealed record OpenTag(string Name, string Type, int Start, string? Extra);

    public static FormattedText Parse(string source)
    {
        HtmlMarkup markup = new(source);
        markup.Run();
        return new(markup._text.ToString(), markup._entities);
    }

    private void Run()
    {
        while (_at < _source.Length)
        {
            switch (_source[_at])
            {
                case '&':
                    ReadCharacter();
                    break;
                case '<' when _at + 1 < _source.Length && _source[_at + 1] is '/':
                    Close();
                    break;
                case '<':
                    Open();
                    break;
                default:
                    _text.Append(_source[_at++]);
                    break;
            }
        }

        if (_open.TryPeek(out var left)) throw Fault($"can't find end tag corresponding to start tag \"{left.Name}\"");
    }

    private void Open()
    {
        var start = _at;
        var end = _source.IndexOf('>', _at);
        if (end < 0) throw Fault($"unclosed start tag at byte offset {Bytes(start)}");
        var inside = _source[(start + 1)..end].Trim();
        var name = inside.Split(' ', '\n')[0].ToLowerInvariant();
        var type = TypeOf(name, inside) ?? throw Fault($"unsupported start tag \"{name}\" at byte offset {Bytes(start)}");
        var extra = type switch
        {
            "text_link" => Attribute(inside, "href"),
            "code" or "pre" => Attribute(inside, "class"),
            "custom_emoji" => Attribute(inside, "emoji-id"),
            _ => null,
        };
        _open.Push(new(name, type, _text.Length, extra));
        _at = end + 1;
    }

    private void Close()
    {
        var start = _at;
        var end = _source.IndexOf('>', _at);
        if (end < 0) throw Fault($"unclosed end tag at byte offset {Bytes(start)}");
        var name = _source[(start + 2)..end].Trim().ToLowerInvariant();
        if (!_open.TryPop(out var tag)) throw Fault($"unexpected end tag at byte offset {Bytes(start)}");
        if (name.Length > 0 && name != tag.Name) throw Fault($"unmatched end tag at byte offset {Bytes(start)}, expected \"</{tag.Name}>\", found \"</{name}>\"");
        _at = end + 1;
        Add(tag);
    }

    private void Add(OpenTag tag)
    {
        if (_text.Length == tag.Start) return;
        // <pre><code class="language-x"> is one block
        if (tag.Type is "code" && _open.TryPeek(out var outer) && outer.Type is "pre" && outer.Start == tag.Start)
        {
            _open.Pop();
            _open.Push(outer with { Extra = tag.Extra });
            return;
        }

        JsonObject entity = new() { ["type"] = tag.Type, ["offset"] = tag.Start, ["length"] = _text.Length - tag.Start };
        if (tag.Type is "text_link") entity["url"] = tag.Extra is { Length: > 0 } url ? url : _text.ToString(tag.Start, _text.Length - tag.Start);
        if (tag.Type is "custom_emoji") entity["custom_emoji_id"] = tag.Extra;
        if (tag.Type is "pre" && tag.Extra is ['l', 'a', 'n', 'g', 'u', 'a', 'g', 'e', '-', .. var language]) entity["language"] = language;
        var at = 0;
        while (at < _entities.Count && (int)_entities[at]!["offset"]! < tag.Start) at++;
        _entities.Insert(at, entity);
    }

    private void ReadCharacter()
    {
        var end = _source.IndexOf(';', _at);
        var name = end > 0 && end - _at <= 10 ? _source[(_at + 1)..end] : "";
        var known = name switch
        {
            "lt" => "<",
            "gt" => ">",
            "amp" => "&",
            "quot" => "\"",
            ['#', 'x', .. var hex] => Number(hex, NumberStyles.AllowHexSpecifier),
            ['#', .. var digits] => Number(digits, NumberStyles.None),
            _ => null,
        };
        _text.Append(known ?? "&");
        _at = known is null ? _at + 1 : end + 1;
    }

    private static string? Number(string digits, NumberStyles style) =>
        int.TryParse(digits, style, CultureInfo.InvariantCulture, out var code) && Rune.IsValid(code) ? new Rune(code).ToString() : null;

    private static string? TypeOf(string name, string inside) => name switch
    {
        "b" or "strong" => "bold",
        "i" or "em" => "italic",
        "u" or "ins" => "underline",
        "s" or "strike" or "del" => "strikethrough",
        "tg-spoiler" => "spoiler",
        "span" when Attribute(inside, "class") is "tg-spoiler" => "spoiler",
        "a" => "text_link",
        "tg-emoji" => "custom_emoji",
        "code" => "code",
        "pre" => "pre",
        "blockquote" => inside.Contains("expandable", StringComparison.Ordinal) ? "expandable_blockquote" : "blockquote",
        _ => null,
    };

    private static string? Attribute(string inside, string name)
    {
        var at = inside.IndexOf(name + "=", StringComparison.OrdinalIgnoreCase);
        if (at < 0) return null;
        var value = inside[(at + name.Length + 1)..];
        if (value is ['"' or '\'', ..] && value.IndexOf(value[0], 1) is > 0 and var end) value = value[1..end];
        return value.Replace("&quot;", "\"", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal);
    }

    private int Bytes(int at) => Encoding.UTF8.GetByteCount(_source.AsSpan(0, at));

    private static Refusal Fault(string why) => Refusal.Broken($"can't parse entities: {char.ToUpperInvariant(why[0])}{why[1..]}");
}
