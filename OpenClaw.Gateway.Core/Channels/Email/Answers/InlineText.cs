using System.Text;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace OpenClaw.Gateway.Core.Channels.Email.Answers;

/// <summary>The words of a piece of Markdown, without any form.</summary>
internal static class InlineText
{
    public static string Of(ContainerInline inlines)
    {
        var text = new StringBuilder();
        foreach (var inline in inlines.Descendants<LeafInline>())
            _ = inline switch
            {
                LiteralInline literal => text.Append(literal.Content.AsSpan()),
                CodeInline code => text.Append(code.Content),
                HtmlEntityInline entity => text.Append(entity.Transcoded.AsSpan()),
                LineBreakInline => text.Append(' '),
                _ => text,
            };
        return text.ToString();
    }
}
