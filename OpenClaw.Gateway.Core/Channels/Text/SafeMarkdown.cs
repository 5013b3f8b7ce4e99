using Markdig;
using Markdig.Syntax;

namespace OpenClaw.Gateway.Core.Channels.Text;

/// <summary>Reads the Markdown of agents within bounds: what would take seconds to read, or is nested beyond reason, is no Markdown.</summary>
internal static class SafeMarkdown
{
    /// <summary>Longer texts stay as they are written.</summary>
    public const int Longest = 200_000;

    /// <summary>Each bracket that may open a link is looked at together with all before it.</summary>
    public const int MostBrackets = 5_000;

    /// <summary>Null: it is to be shown as it is written.</summary>
    public static MarkdownDocument? Parse(string markdown, MarkdownPipeline pipeline)
    {
        ArgumentNullException.ThrowIfNull(markdown);
        if (markdown.Length > Longest || markdown.AsSpan().Count('[') > MostBrackets) return null;
        try
        {
            return Markdown.Parse(markdown, pipeline);
        }
        catch (ArgumentException)
        {
            // nested too deeply
            return null;
        }
    }
}
