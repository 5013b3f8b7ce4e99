using System.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Answers;

/// <summary>Text and addresses as they may stand in HTML, in an element or in a quoted attribute.</summary>
internal static class HtmlText
{
    private const int LongestAddress = 2_000;

    public static string Escaped(ReadOnlySpan<char> text)
    {
        var output = new StringBuilder(text.Length + 16);
        foreach (var c in text)
            _ = c switch
            {
                '&' => output.Append("&amp;"),
                '<' => output.Append("&lt;"),
                '>' => output.Append("&gt;"),
                '"' => output.Append("&quot;"),
                '\'' => output.Append("&#39;"),
                '\n' or '\t' => output.Append(c),
                '\r' => output,
                _ => output.Append(char.IsControl(c) ? '\uFFFD' : c),
            };
        return output.ToString();
    }

    /// <summary>The address as a link takes it; null when it is not one that a mail may lead to.</summary>
    public static string? Link(string url)
    {
        if (url.Length > LongestAddress || !Uri.TryCreate(url.Trim(), UriKind.Absolute, out var uri)) return null;
        return uri.Scheme is "http" or "https" && uri.Host.Length > 0 || uri.Scheme == "mailto" ? Escaped(uri.AbsoluteUri) : null;
    }
}
