using System.Globalization;
using System.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime;

/// <summary>Text in headers: as it is when it can be, else as encoded words (RFC 2047). Always one header, whatever the text holds.</summary>
internal static class HeaderText
{
    private const int MaxLine = 76;
    private const string Open = "=?utf-8?B?";
    private const string Close = "?=";

    /// <summary>An unstructured header such as Subject, with its name and line end.</summary>
    public static string Unstructured(string name, string value)
    {
        var clean = OneLine(value);
        return IsPlain(clean) && name.Length + 2 + clean.Length <= MaxLine ? $"{name}: {clean}\r\n" : $"{name}: {Words(clean, name.Length + 2)}\r\n";
    }

    /// <summary>A header with one address, such as From, with its name and line end.</summary>
    public static string Mailbox(string name, string? displayName, string address)
    {
        var clean = OneLine(displayName ?? "").Trim();
        if (clean.Length == 0) return $"{name}: {address}\r\n";
        var quoted = $"\"{clean.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
        var phrase = IsPlain(clean) && name.Length + 2 + quoted.Length <= MaxLine ? quoted : Words(clean, name.Length + 2);
        return $"{name}: {phrase}\r\n <{address}>\r\n";
    }

    /// <summary>Line ends and other controls become spaces; what has no character becomes U+FFFD.</summary>
    private static string OneLine(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            clean.Append(Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator ? new Rune(' ') : rune);
        return clean.ToString();
    }

    /// <summary>Printable ASCII that cannot be taken for an encoded word.</summary>
    private static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~') && !text.Contains("=?", StringComparison.Ordinal) && text.Trim().Length == text.Length;

    /// <summary>Encoded words of whole characters, a line each.</summary>
    private static string Words(string text, int used)
    {
        var output = new StringBuilder();
        List<byte> word = [];
        Span<byte> encoded = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var length = rune.EncodeToUtf8(encoded);
            if (used + Open.Length + (word.Count + length + 2) / 3 * 4 + Close.Length > MaxLine && word.Count > 0)
            {
                Flush();
                output.Append("\r\n ");
                used = 1;
            }

            word.AddRange(encoded[..length]);
        }

        Flush();
        return output.ToString();

        void Flush()
        {
            output.Append(Open).Append(Convert.ToBase64String([.. word])).Append(Close);
            word.Clear();
        }
    }
}
