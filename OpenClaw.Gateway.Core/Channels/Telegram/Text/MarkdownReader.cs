using Markdig;
using Markdig.Extensions.EmphasisExtras;
using Markdig.Parsers;
using Markdig.Syntax;

namespace OpenClaw.Gateway.Core.Channels.Telegram.Text;

/// <summary>From the Markdown that agents write to text and entities. What cannot be read as Markdown stays as it is.</summary>
internal static class MarkdownReader
{
    /// <summary>Longer texts stay as they are written.</summary>
    public const int Longest = 200_000;

    private static readonly MarkdownPipeline Pipeline = Build();

    public static TelegramText Read(string markdown)
    {
        ArgumentNullException.ThrowIfNull(markdown);
        if (markdown.Length == 0) return TelegramText.Empty;
        if (markdown.Length > Longest || Parse(markdown) is not { } document) return EntityRules.Clean(markdown, []);
        var writer = new EntityWriter();
        writer.Write(document);
        return writer.Finish();
    }

    private static MarkdownDocument? Parse(string markdown)
    {
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
        var builder = new MarkdownPipelineBuilder().UsePipeTables().UseEmphasisExtras(EmphasisExtraOptions.Strikethrough);
        builder.BlockParsers.TryRemove<HtmlBlockParser>(); // tags are text, but for the few that mean a style
        return builder.Build();
    }
}
