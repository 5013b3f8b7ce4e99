using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using OpenClaw.Gateway.Core.Channels.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Answers;

/// <summary>Writes a Markdown document as plain text that reads well: links with their address, lists, quotes, code and tables as people write them in mails.</summary>
internal sealed class TextBody(IReadOnlyDictionary<string, string> pictures)
{
    /// <summary>Nested deeper, quotes and lists are not indented further: each level is repeated in every line.</summary>
    private const int DeepestIndent = 8;

    private const int WidestLine = 72;
    private int _depth;

    public string Of(MarkdownDocument document) => Blocks(document, "\n\n").Trim('\n');

    private string Blocks(ContainerBlock blocks, string between) => string.Join(between, blocks.Select(Written).Where(t => t.Length > 0));

    private string Written(Block block) => block switch
    {
        LinkReferenceDefinitionGroup or LinkReferenceDefinition or BlankLineBlock => "",
        HeadingBlock heading => Heading(Inlines(heading.Inline), heading.Level),
        ListBlock list => List(list),
        QuoteBlock quote => Indented(() => Blocks(quote, "\n\n"), "> ", "> "),
        ThematicBreakBlock => new string('-', 24),
        Table table => TableText.Of(table),
        CodeBlock code => Indented(() => code.Lines.ToString().ReplaceLineEndings("\n").TrimEnd('\n'), "    ", "    "),
        ContainerBlock container => Blocks(container, "\n\n"),
        LeafBlock { Inline: { } inline } => Inlines(inline).Trim('\n'),
        LeafBlock leaf => leaf.Lines.ToString().ReplaceLineEndings("\n"),
        _ => "",
    };

    private static string Heading(string text, int level) =>
        level > 2 || text.Contains('\n', StringComparison.Ordinal) ? text : $"{text}\n{new string(level == 1 ? '=' : '-', Math.Clamp(new StringInfo(text).LengthInTextElements, 1, WidestLine))}";

    private string List(ListBlock list)
    {
        var number = int.TryParse(list.OrderedStart, NumberStyles.None, CultureInfo.InvariantCulture, out var start) ? start : 1;
        List<string> items = [];
        foreach (var item in list.OfType<ListItemBlock>())
        {
            var mark = list.IsOrdered ? string.Create(CultureInfo.InvariantCulture, $"{number++}. ") : "- ";
            items.Add(Indented(() => Blocks(item, list.IsLoose ? "\n\n" : "\n"), mark, new string(' ', mark.Length)));
        }

        return string.Join(list.IsLoose ? "\n\n" : "\n", items);
    }

    private string Indented(Func<string> inside, string first, string others)
    {
        _depth++;
        var text = inside();
        _depth--;
        if (_depth >= DeepestIndent) return text;
        return string.Join('\n', text.Split('\n').Select((line, i) => ((i == 0 ? first : line.Length > 0 || others[0] == '>' ? others : "") + line).TrimEnd(' ')));
    }

    private string Inlines(ContainerInline? inlines)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var text = new StringBuilder();
        foreach (var inline in inlines ?? []) text.Append(Written(inline));
        return text.ToString();
    }

    private string Written(Inline inline) => inline switch
    {
        LiteralInline literal => literal.Content.ToString(),
        LineBreakInline => "\n",
        CodeInline code => $"`{code.Content}`",
        EmphasisInline { DelimiterChar: '~' } emphasis => $"~{Inlines(emphasis)}~",
        EmphasisInline { DelimiterCount: 2 } emphasis => $"*{Inlines(emphasis)}*",
        LinkInline link => Link(link),
        AutolinkInline address => address.Url,
        HtmlEntityInline entity => entity.Transcoded.ToString(),
        HtmlInline html => MarkdownTags.IsLineBreak(html.Tag) ? "\n" : html.Tag,
        DelimiterInline delimiter => delimiter.ToLiteral() + Inlines(delimiter),
        ContainerInline container => Inlines(container),
        _ => "",
    };

    private string Link(LinkInline link)
    {
        var url = link.GetDynamicUrl?.Invoke() ?? link.Url ?? "";
        var text = Inlines(link);
        if ((link.IsImage || link.IsAutoLink) && pictures.ContainsKey(url)) return link.IsImage && text.Length > 0 ? $"[picture: {text}]" : "[picture]";
        if (text.Length == 0) return url;
        return url.Length == 0 || link.IsAutoLink || string.Equals(text, url, StringComparison.Ordinal) || string.Equals("mailto:" + text, url, StringComparison.Ordinal) ? text : $"{text} ({url})";
    }
}
