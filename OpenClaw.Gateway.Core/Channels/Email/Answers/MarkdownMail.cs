using System.Text;
using Markdig;
using Markdig.Parsers;
using Markdig.Syntax;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Answers;

/// <summary>
/// From an agent's Markdown, card and buttons to a mail in text and HTML. The HTML is made of a few elements, loads nothing, and holds no script, no form, no
/// style of the agent's and no link but to http, https and mailto. What cannot be read as Markdown stays as it is.
/// </summary>
internal static class MarkdownMail
{
    /// <summary>Longer answers stay as they are written.</summary>
    public const int Longest = 200_000;

    private static readonly MarkdownPipeline Pipeline = Build();

    public static MailBody Of(MailAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var markdown = CardText.WithCard(Utf8Text.From(answer.Text), answer.Card);
        var document = Parse(markdown);
        var text = document is null ? markdown.ReplaceLineEndings("\n").Trim('\n') : new TextBody(answer.Pictures).Of(document);
        var html = document is null ? $"<div style=\"white-space:pre-wrap\">{HtmlText.Escaped(markdown)}</div>\n" : new HtmlBody(answer.Pictures).Of(document);
        return new(
            Joined(text, AnswerButtons.AsText(answer.Buttons), answer.Quote is { } quote ? MailQuotes.AsText(quote) : ""),
            Document(html + AnswerButtons.AsHtml(answer.Buttons) + (answer.Quote is { } cited ? MailQuotes.AsHtml(cited) : "")));
    }

    private static string Joined(params string[] parts) => string.Join("\n\n", parts.Where(p => p.Length > 0)) + "\n";

    private static string Document(string body) => new StringBuilder(body.Length + 400)
        .Append("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"></head>\n")
        .Append("<body style=\"font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:15px;line-height:1.5\">\n")
        .Append(body)
        .Append("</body></html>\n")
        .ToString();

    private static MarkdownDocument? Parse(string markdown)
    {
        if (markdown.Length > Longest) return null;
        try
        {
            return Markdown.Parse(markdown, Pipeline);
        }
        catch (ArgumentException)
        {
            // nested too deeply
            return null;
        }
    }

    private static MarkdownPipeline Build()
    {
        var builder = new MarkdownPipelineBuilder().UsePipeTables().UseAutoLinks().UseEmphasisExtras(Markdig.Extensions.EmphasisExtras.EmphasisExtraOptions.Strikethrough);
        builder.BlockParsers.TryRemove<HtmlBlockParser>(); // tags are text, but for a line break
        return builder.Build();
    }
}
