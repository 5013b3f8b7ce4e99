using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using OpenClaw.Gateway.Core.Channels.Telegram.Protocol;
using OpenClaw.Gateway.Core.Channels.Text;

namespace OpenClaw.Gateway.Core.Channels.Telegram.Text;

/// <summary>Writes a Markdown document as text and entities. What Telegram has no form for (headings, lists, tables, rules) it says in the ones it has.</summary>
internal sealed class EntityWriter
{
    private const int LongestUrl = 2_000;
    private readonly StringBuilder _text = new();
    private readonly List<TelegramEntity> _entities = [];
    private readonly List<(string Tag, string Type, int At)> _tags = [];
    private int _quotes;
    private int _links;

    public void Write(ContainerBlock blocks) => Write(blocks, "\n\n", "");

    public TelegramText Finish()
    {
        var (text, entities) = Spoilers.Read(_text.ToString(), _entities);
        return EntityRules.Clean(text, entities);
    }

    private void Write(ContainerBlock blocks, string between, string indent)
    {
        var isFirst = true;
        foreach (var block in blocks)
        {
            if (block is LinkReferenceDefinitionGroup or LinkReferenceDefinition or BlankLineBlock) continue;
            if (!isFirst) _text.Append(between).Append(block is ListBlock ? "" : indent);
            isFirst = false;
            Write(block, indent);
        }
    }

    private void Write(Block block, string indent)
    {
        switch (block)
        {
            case HeadingBlock heading:
                Styled(EntityTypes.Bold, () => Write(heading.Inline));
                break;
            case ListBlock list:
                WriteList(list, indent);
                break;
            case QuoteBlock quote when _quotes == 0:
                _quotes++;
                Styled(EntityTypes.Quote, () => Write(quote, "\n\n", ""));
                _quotes--;
                break;
            case ThematicBreakBlock:
                _text.Append("———");
                break;
            case Table table:
                Styled(EntityTypes.Pre, () => _text.Append(TableText.Of(table)));
                break;
            case CodeBlock code:
                Styled(EntityTypes.Pre, () => _text.Append(code.Lines), language: LanguageOf(code as FencedCodeBlock));
                break;
            case ContainerBlock container:
                Write(container, "\n\n", indent);
                break;
            case LeafBlock { Inline: { } inline }:
                Write(inline);
                break;
            case LeafBlock leaf:
                _text.Append(leaf.Lines);
                break;
        }

        CloseTags();
    }

    private void WriteList(ListBlock list, string indent)
    {
        var number = int.TryParse(list.OrderedStart, NumberStyles.None, CultureInfo.InvariantCulture, out var start) ? start : 1;
        var isFirst = true;
        foreach (var item in list.OfType<ListItemBlock>())
        {
            if (!isFirst) _text.Append(list.IsLoose ? "\n\n" : "\n");
            isFirst = false;
            _text.Append(indent);
            if (list.IsOrdered) _text.Append(CultureInfo.InvariantCulture, $"{number++}. ");
            else _text.Append("• ");
            Write(item, "\n", indent + "   ");
        }
    }

    private void Write(ContainerInline? inlines)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (inlines is null) return;
        foreach (var inline in inlines) Write(inline);
    }

    private void Write(Inline inline)
    {
        switch (inline)
        {
            case LiteralInline literal:
                _text.Append(literal.Content.AsSpan());
                break;
            case LineBreakInline:
                _text.Append('\n'); // people and agents write lines in a chat as they shall be read
                break;
            case CodeInline code when _links == 0:
                Styled(EntityTypes.Code, () => _text.Append(code.Content));
                break;
            case CodeInline code:
                _text.Append(code.Content);
                break;
            case EmphasisInline emphasis:
                Styled(emphasis.DelimiterChar == '~' ? EntityTypes.Strike : emphasis.DelimiterCount == 2 ? EntityTypes.Bold : EntityTypes.Italic, () => Write((ContainerInline)emphasis));
                break;
            case LinkInline link:
                WriteLink(link);
                break;
            case AutolinkInline address:
                _text.Append(address.Url);
                break;
            case HtmlEntityInline entity:
                _text.Append(entity.Transcoded.AsSpan());
                break;
            case HtmlInline html:
                WriteTag(html.Tag);
                break;
            case DelimiterInline delimiter:
                _text.Append(delimiter.ToLiteral());
                Write((ContainerInline)delimiter);
                break;
            case ContainerInline container:
                Write(container);
                break;
        }
    }

    private void WriteLink(LinkInline link)
    {
        var url = link.GetDynamicUrl?.Invoke() ?? link.Url ?? "";
        var from = _text.Length;
        _links++;
        Write((ContainerInline)link);
        _links--;
        if (_text.Length == from) _text.Append(url);
        else if (_links == 0 && IsLink(url)) Add(EntityTypes.Link, from, url);
        else if (url.Length > 0 && !string.Equals(_text.ToString(from, _text.Length - from), url, StringComparison.Ordinal)) _text.Append(" (").Append(url).Append(')');
    }

    /// <summary>The few tags that agents use where Markdown has nothing: underlined, hidden, a line break, and what they prefer to asterisks.</summary>
    private void WriteTag(string tag)
    {
        var name = tag.Trim('<', '>', '/', ' ').ToLowerInvariant();
        if (name == "br")
        {
            _text.Append('\n');
            return;
        }

        var type = name switch
        {
            "b" or "strong" => EntityTypes.Bold,
            "i" or "em" => EntityTypes.Italic,
            "u" or "ins" => EntityTypes.Underline,
            "s" or "del" or "strike" => EntityTypes.Strike,
            "tg-spoiler" => EntityTypes.Spoiler,
            _ => null,
        };
        var open = _tags.FindLastIndex(t => t.Tag == name);
        if (type is null || (tag.StartsWith("</", StringComparison.Ordinal) && open < 0))
        {
            _text.Append(tag);
        }
        else if (!tag.StartsWith("</", StringComparison.Ordinal))
        {
            _tags.Add((name, type, _text.Length));
        }
        else
        {
            Add(type, _tags[open].At);
            _tags.RemoveRange(open, _tags.Count - open);
        }
    }

    /// <summary>A style that a tag began ends with its block.</summary>
    private void CloseTags()
    {
        foreach (var (_, type, at) in _tags) Add(type, at);
        _tags.Clear();
    }

    private void Styled(string type, Action inside, string? language = null)
    {
        var from = _text.Length;
        inside();
        Add(type, from, language: language);
    }

    private void Add(string type, int from, string? url = null, string? language = null)
    {
        if (_text.Length > from) _entities.Add(new(type, from, _text.Length - from) { Url = url, Language = language });
    }

    private static bool IsLink(string url) =>
        url.Length <= LongestUrl && Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" or "tg" && (uri.Scheme == "tg" || uri.Host.Contains('.', StringComparison.Ordinal));

    private static string? LanguageOf(FencedCodeBlock? code) =>
        code?.Info is { Length: > 0 and <= 40 } info && info.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '#' or '_' or '.') ? info : null;
}
