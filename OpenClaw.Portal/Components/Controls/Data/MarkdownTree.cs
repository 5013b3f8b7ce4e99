using System.Globalization;
using Markdig;
using Markdig.Extensions.EmphasisExtras;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Microsoft.AspNetCore.Components.Rendering;

namespace OpenClaw.Portal.Components.Controls.Data;

/// <summary>
/// Draws Markdown by strangers. Safe by construction: there is no HTML that would have to be cleaned, as only the elements named here are ever made,
/// with attributes made here, and all text goes in as text. Pictures are links: nothing is loaded from where the text says.
/// </summary>
internal sealed class MarkdownTree(RenderTreeBuilder builder)
{
    /// <summary>Longer texts are shown as they are.</summary>
    public const int Longest = 20_000;

    private static readonly MarkdownPipeline Pipeline =
        new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().UseAutoLinks().UseEmphasisExtras(EmphasisExtraOptions.Strikethrough).Build();

    /// <summary>The text's structure; null when it is too long, or nested beyond sense.</summary>
    public static MarkdownDocument? Parse(string text)
    {
        if (text.Length > Longest) return null;
        try
        {
            return Markdown.Parse(text, Pipeline);
        }
        catch (ArgumentException)
        {
            // Markdig refuses what is nested too deeply
            return null;
        }
    }

    public void Draw(ContainerBlock blocks)
    {
        foreach (var block in blocks) Draw(block);
    }

    private void Draw(Block block)
    {
        switch (block)
        {
            case LinkReferenceDefinitionGroup or LinkReferenceDefinition or BlankLineBlock:
                break;
            case HeadingBlock heading:
                Element("p", () => Draw(heading.Inline), "md-head");
                break;
            case ParagraphBlock { Parent: ListItemBlock { Parent: ListBlock { IsLoose: false } } } tight:
                Draw(tight.Inline);
                break;
            case ParagraphBlock paragraph:
                Element("p", () => Draw(paragraph.Inline));
                break;
            case ListBlock list:
                DrawList(list);
                break;
            case QuoteBlock quote:
                Element("blockquote", () => Draw((ContainerBlock)quote));
                break;
            case ThematicBreakBlock:
                Element("hr", () => { });
                break;
            case Table table:
                DrawTable(table);
                break;
            case Markdig.Syntax.CodeBlock code:
                Element("pre", () => Element("code", () => Text(code.Lines.ToString())));
                break;
            case ContainerBlock container:
                Draw(container);
                break;
            case LeafBlock { Inline: { } inline }:
                Element("p", () => Draw(inline));
                break;
            case LeafBlock leaf:
                Element("p", () => Text(leaf.Lines.ToString()));
                break;
        }
    }

    private void DrawList(ListBlock list)
    {
        builder.OpenElement(0, list.IsOrdered ? "ol" : "ul");
        if (list.IsOrdered && int.TryParse(list.OrderedStart, NumberStyles.None, CultureInfo.InvariantCulture, out var start) && start != 1) builder.AddAttribute(1, "start", start);
        foreach (var item in list) Element("li", () => Draw((ContainerBlock)item));
        builder.CloseElement();
    }

    private void DrawTable(Table table) => Element("div", () => Element("table", () => Element("tbody", () =>
    {
        foreach (var row in table.OfType<TableRow>())
            Element("tr", () =>
            {
                foreach (var cell in row.OfType<TableCell>()) Element(row.IsHeader ? "th" : "td", () => DrawCell(cell));
            });
    })), "md-table");

    private void DrawCell(TableCell cell)
    {
        foreach (var block in cell)
            if (block is LeafBlock { Inline: { } inline }) Draw(inline);
            else Draw(block);
    }

    private void Draw(ContainerInline? inlines)
    {
        if (inlines is null) return;
        foreach (var inline in inlines) Draw(inline);
    }

    private void Draw(Inline inline)
    {
        switch (inline)
        {
            case LiteralInline literal:
                Text(literal.Content.ToString());
                break;
            case LineBreakInline:
                // people write lines in a chat as they shall be read
                Element("br", () => { });
                break;
            case CodeInline code:
                Element("code", () => Text(code.Content));
                break;
            case EmphasisInline emphasis:
                Element(emphasis.DelimiterChar == '~' ? "del" : emphasis.DelimiterCount == 2 ? "strong" : "em", () => Draw((ContainerInline)emphasis));
                break;
            case LinkInline link:
                Link(link.GetDynamicUrl?.Invoke() ?? link.Url, () => DrawLabel(link));
                break;
            case AutolinkInline address:
                Link(address.IsEmail ? $"mailto:{address.Url}" : address.Url, () => Text(address.Url));
                break;
            case HtmlEntityInline entity:
                Text(entity.Transcoded.ToString());
                break;
            case HtmlInline html:
                Text(html.Tag);
                break;
            case DelimiterInline delimiter:
                Text(delimiter.ToLiteral());
                Draw((ContainerInline)delimiter);
                break;
            case ContainerInline container:
                Draw(container);
                break;
        }
    }

    private void DrawLabel(LinkInline link)
    {
        if (link.IsImage) Text("Picture: ");
        if (link.FirstChild is null) Text(link.Url ?? "");
        else Draw((ContainerInline)link);
    }

    private void Link(string? address, Action label)
    {
        if (SafeLinks.Of(address) is not { } safe)
        {
            label();
            return;
        }

        builder.OpenElement(0, "a");
        builder.AddAttribute(1, "href", safe);
        builder.AddAttribute(2, "title", safe);
        builder.AddAttribute(3, "target", "_blank");
        builder.AddAttribute(4, "rel", "noopener noreferrer nofollow");
        label();
        builder.CloseElement();
    }

    private void Element(string name, Action content, string? look = null)
    {
        builder.OpenElement(0, name);
        if (look is not null) builder.AddAttribute(1, "class", look);
        content();
        builder.CloseElement();
    }

    private void Text(string? text) => builder.AddContent(10, text);
}
