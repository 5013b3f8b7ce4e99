using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace OpenClaw.Gateway.Core.Channels.Email.Answers;

/// <summary>Writes a Markdown document as HTML for mail programs: every element is written here, and everything else is escaped text.</summary>
internal sealed class HtmlBody(IReadOnlyDictionary<string, string> pictures)
{
    private const string Mono = "font-family:ui-monospace,Consolas,Menlo,monospace;font-size:13px";
    private readonly StringBuilder _html = new();
    private int _links;

    public string Of(MarkdownDocument document)
    {
        Blocks(document);
        return _html.ToString();
    }

    private void Blocks(ContainerBlock blocks)
    {
        foreach (var block in blocks) Write(block);
    }

    private void Write(Block block)
    {
        switch (block)
        {
            case LinkReferenceDefinitionGroup or LinkReferenceDefinition or BlankLineBlock:
                break;
            case HeadingBlock heading:
                Element(string.Create(CultureInfo.InvariantCulture, $"h{Math.Clamp(heading.Level + 1, 2, 6)}"), () => Inlines(heading.Inline));
                break;
            case ListBlock list:
                List(list);
                break;
            case QuoteBlock quote:
                _html.Append("<blockquote style=\"margin:0 0 1em;padding-left:12px;border-left:3px solid #999\">\n");
                Blocks(quote);
                _html.Append("</blockquote>\n");
                break;
            case ThematicBreakBlock:
                _html.Append("<hr>\n");
                break;
            case Table table:
                Rows(table);
                break;
            case CodeBlock code:
                _html.Append("<pre style=\"").Append(Mono).Append(";white-space:pre-wrap;padding:8px;border:1px solid #999\">").Append(HtmlText.Escaped(code.Lines.ToString())).Append("</pre>\n");
                break;
            case ContainerBlock container:
                Blocks(container);
                break;
            case ParagraphBlock { Parent: ListItemBlock { Parent: ListBlock { IsLoose: false } } } tight:
                Inlines(tight.Inline);
                _html.Append('\n');
                break;
            case LeafBlock { Inline: { } inline }:
                Element("p", () => Inlines(inline));
                break;
            case LeafBlock leaf:
                Element("p", () => _html.Append(HtmlText.Escaped(leaf.Lines.ToString())));
                break;
        }
    }

    private void List(ListBlock list)
    {
        var name = list.IsOrdered ? "ol" : "ul";
        _html.Append('<').Append(name);
        if (list.IsOrdered && int.TryParse(list.OrderedStart, NumberStyles.None, CultureInfo.InvariantCulture, out var start) && start != 1) _html.Append(CultureInfo.InvariantCulture, $" start=\"{start}\"");
        _html.Append(">\n");
        foreach (var item in list.OfType<ListItemBlock>()) Element("li", () => Blocks(item));
        _html.Append("</").Append(name).Append(">\n");
    }

    private void Rows(Table table)
    {
        _html.Append("<table border=\"1\" cellpadding=\"6\" style=\"border-collapse:collapse\">\n");
        foreach (var row in table.OfType<TableRow>())
            Element("tr", () =>
            {
                foreach (var cell in row.OfType<TableCell>())
                    Element(row.IsHeader ? "th" : "td", () =>
                    {
                        foreach (var leaf in cell.OfType<LeafBlock>()) Inlines(leaf.Inline);
                    });
            });
        _html.Append("</table>\n");
    }

    private void Inlines(ContainerInline? inlines)
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
                _html.Append(HtmlText.Escaped(literal.Content.AsSpan()));
                break;
            case LineBreakInline:
                _html.Append("<br>\n"); // people and agents write lines as they shall be read
                break;
            case CodeInline code:
                _html.Append("<code>").Append(HtmlText.Escaped(code.Content)).Append("</code>");
                break;
            case EmphasisInline emphasis:
                Styled(emphasis.DelimiterChar == '~' ? "del" : emphasis.DelimiterCount == 2 ? "strong" : "em", emphasis);
                break;
            case LinkInline link:
                Link(link);
                break;
            case AutolinkInline address:
                Link(address.IsEmail ? "mailto:" + address.Url : address.Url, () => _html.Append(HtmlText.Escaped(address.Url)));
                break;
            case HtmlEntityInline entity:
                _html.Append(HtmlText.Escaped(entity.Transcoded.AsSpan()));
                break;
            case HtmlInline html:
                _html.Append(MarkdownTags.IsLineBreak(html.Tag) ? "<br>\n" : HtmlText.Escaped(html.Tag));
                break;
            case DelimiterInline delimiter:
                _html.Append(HtmlText.Escaped(delimiter.ToLiteral()));
                Inlines(delimiter);
                break;
            case ContainerInline container:
                Inlines(container);
                break;
        }
    }

    private void Link(LinkInline link)
    {
        var url = link.GetDynamicUrl?.Invoke() ?? link.Url ?? "";
        if ((link.IsImage || link.IsAutoLink) && pictures.TryGetValue(url, out var id))
        {
            _html.Append("<img src=\"cid:").Append(HtmlText.Escaped(id)).Append("\" alt=\"").Append(HtmlText.Escaped(link.IsImage ? InlineText.Of(link) : "")).Append("\" style=\"max-width:100%\">");
            return;
        }

        Link(url, () =>
        {
            if (link.FirstChild is null) _html.Append(HtmlText.Escaped(url));
            else Inlines(link);
        });
    }

    /// <summary>A link in a link is its text.</summary>
    private void Link(string url, Action inside)
    {
        if (_links > 0 || HtmlText.Link(url) is not { } address)
        {
            inside();
            return;
        }

        _links++;
        _html.Append("<a href=\"").Append(address).Append("\">");
        inside();
        _html.Append("</a>");
        _links--;
    }

    private void Styled(string name, EmphasisInline emphasis)
    {
        _html.Append('<').Append(name).Append('>');
        Inlines(emphasis);
        _html.Append("</").Append(name).Append('>');
    }

    private void Element(string name, Action inside)
    {
        _html.Append('<').Append(name).Append('>');
        inside();
        _html.Append("</").Append(name).Append(">\n");
    }
}
