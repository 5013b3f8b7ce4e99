using Markdig;
using Markdig.Extensions.EmphasisExtras;
using Markdig.Parsers;
using OpenClaw.Gateway.Core.Channels.Text;

namespace OpenClaw.Gateway.Core.Channels.Telegram.Text;

/// <summary>From the Markdown that agents write to text and entities. What cannot be read as Markdown stays as it is.</summary>
internal static class MarkdownReader
{
    private static readonly MarkdownPipeline Pipeline = Build();

    public static TelegramText Read(string markdown)
    {
        ArgumentNullException.ThrowIfNull(markdown);
        if (markdown.Length == 0) return TelegramText.Empty;
        try
        {
            if (SafeMarkdown.Parse(markdown, Pipeline) is { } document)
            {
                var writer = new EntityWriter();
                writer.Write(document);
                return writer.Finish();
            }
        }
        catch (InsufficientExecutionStackException)
        {
            // nested deeper than anybody writes
        }

        return EntityRules.Clean(markdown, []);
    }

    private static MarkdownPipeline Build()
    {
        var builder = new MarkdownPipelineBuilder().UsePipeTables().UseEmphasisExtras(EmphasisExtraOptions.Strikethrough);
        builder.BlockParsers.TryRemove<HtmlBlockParser>(); // tags are text, but for the few that mean a style
        return builder.Build();
    }
}
