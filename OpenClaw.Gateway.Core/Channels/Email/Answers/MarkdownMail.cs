using System.Text;
using Markdig;
using Markdig.Parsers;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Answers;

/// <summary>
/// From an agent's Markdown, card and buttons to a mail in text and HTML. The HTML is made of a few elements, loads nothing, and holds no script, no form, no
/// style of the agent's and no link but to http, https and mailto. What cannot be read as Markdown stays as it is.
/// </summary>
internal static class MarkdownMail
{
    private static readonly MarkdownPipeline Pipeline = Build();

    public static MailBody Of(MailAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var markdown = CardText.WithCard(Utf8Text.From(answer.Text), answer.Card);
        var (text, html) = Written(markdown, answer.Pictures);
        return new(
            Joined(text, AnswerButtons.AsText(answer.Buttons), answer.Quote is { } quote ? MailQuotes.AsText(quote) : ""),
            Document(html + AnswerButtons.AsHtml(answer.Buttons) + (answer.Quote is { } cited ? MailQuotes.AsHtml(cited) : "")));
    }

    private static (string Text, string Html) Written(string markdown, IReadOnlyDictionary<string, string> pictures)
    {
        try
        {
            if (SafeMarkdown.Parse(markdown, Pipeline) is { } document) return (new TextBody(pictures).Of(document), new HtmlBody(pictures).Of(document));
        }
        catch (InsufficientExecutionStackException)
        {
            // nested deeper than anybody writes
        }

        return (markdown.ReplaceLineEndings("\n").Trim('\n'), $"<div style=\"white-space:pre-wrap\">{HtmlText.Escaped(markdown)}</div>\n");
    }

    private static string Joined(params string[] parts) => string.Join("\n\n", parts.Where(p => p.Length > 0)) + "\n";

    private static string Document(string body) => new StringBuilder(body.Length + 400)
        .Append("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"></head>\n")
        .Append("<body style=\"font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:15px;line-height:1.5\">\n")
        .Append(body)
        .Append("</body></html>\n")
        .ToString();

    private static MarkdownPipeline Build()
    {
        var builder = new MarkdownPipelineBuilder().UsePipeTables().UseAutoLinks().UseEmphasisExtras(Markdig.Extensions.EmphasisExtras.EmphasisExtraOptions.Strikethrough);
        builder.BlockParsers.TryRemove<HtmlBlockParser>(); // tags are text, but for a line break
        return builder.Build();
    }
}
