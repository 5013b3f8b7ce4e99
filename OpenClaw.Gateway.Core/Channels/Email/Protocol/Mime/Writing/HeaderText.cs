using System.Globalization;
using System.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Writing;

/// <summary>
/// Headers with their names and line ends, folded at 78 characters where that can be done (RFC 5322 2.1.1). Always one header, whatever the
/// text holds.
/// </summary>
internal static class HeaderText
{
    /// <summary>With the line end 78, and never more than 76 where there are encoded words (RFC 2047 2).</summary>
    public const int MaxLine = 76;

    /// <summary>Longer words are encoded, so that no line has more than 998 characters.</summary>
    private const int MaxWord = 900;

    /// <summary>An unstructured header such as Subject.</summary>
    public static string Unstructured(string name, string value)
    {
        var clean = OneLine(value);
        var line = $"{name}: {clean}\r\n";
        if (!IsPlain(clean)) return $"{name}: {EncodedWords.Of(clean, name.Length + 2)}\r\n";
        return line.Length <= MaxLine + 2 ? line : Folded(name, clean) ?? $"{name}: {EncodedWords.Of(clean, name.Length + 2)}\r\n";
    }

    /// <summary>A header with addresses, such as To; nothing without one.</summary>
    public static string Mailboxes(string name, IReadOnlyList<Mailbox> mailboxes)
    {
        if (mailboxes.Count == 0) return "";
        var output = new StringBuilder(name).Append(':');
        var column = output.Length;
        for (var i = 0; i < mailboxes.Count; i++)
        {
            var comma = i < mailboxes.Count - 1 ? "," : "";
            var phrase = Phrase(mailboxes[i].Name);
            if (phrase.Length > 0) Word(phrase);
            Word((phrase.Length > 0 ? $"<{mailboxes[i].Address}>" : mailboxes[i].Address.ToString()) + comma);
        }

        return output.Append("\r\n").ToString();

        void Word(string word)
        {
            var first = word.IndexOf('\r', StringComparison.Ordinal) is var end and >= 0 ? end : word.Length;
            var isFolded = column + 1 + first > MaxLine && column > name.Length + 1;
            output.Append(isFolded ? "\r\n " : " ").Append(word);
            column = (isFolded ? 1 : column + 1) + word.Length;
            if (word.LastIndexOf('\n') is var last and >= 0) column = word.Length - last - 1;
        }
    }

    /// <summary>A header of words that stand a line each where they do not fit into one, such as References. They hold no space.</summary>
    public static string Words(string name, IEnumerable<string> words)
    {
        var output = new StringBuilder(name).Append(':');
        var column = output.Length;
        foreach (var word in words)
        {
            var isFolded = column + 1 + word.Length > MaxLine && column > name.Length + 1;
            output.Append(isFolded ? "\r\n " : " ").Append(word);
            column = (isFolded ? 1 : column + 1) + word.Length;
        }

        return output.Append("\r\n").ToString();
    }

    /// <summary>Line ends and other controls become spaces; what has no character becomes U+FFFD.</summary>
    public static string OneLine(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            clean.Append(Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator ? new Rune(' ') : rune);
        return clean.ToString();
    }

    /// <summary>A display name as a quoted string or encoded words; nothing for none.</summary>
    private static string Phrase(string? name)
    {
        var clean = OneLine(name ?? "").Trim();
        if (clean.Length == 0) return "";
        var quoted = $"\"{clean.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
        return IsPlain(clean) && quoted.Length < MaxLine ? quoted : EncodedWords.Of(clean, MaxLine / 2);
    }

    /// <summary>Printable ASCII that cannot be taken for an encoded word.</summary>
    private static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~') && !text.Contains("=?", StringComparison.Ordinal) && text.Trim().Length == text.Length;

    /// <summary>Folded at single spaces; null where a line would be too long, or a reader could lose a space.</summary>
    private static string? Folded(string name, string text)
    {
        var words = text.Split(' ');
        return words.All(w => w.Length is > 0 and <= MaxWord) ? Words(name, words) : null;
    }
}
