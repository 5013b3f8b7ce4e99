namespace OpenClaw.Gateway.Core.Channels.Email.Answers;

/// <summary>The one tag that means something: agents have no other way to break a line in a table.</summary>
internal static class MarkdownTags
{
    public static bool IsLineBreak(string tag) => tag.Trim('<', '>', '/', ' ').Equals("br", StringComparison.OrdinalIgnoreCase);
}
