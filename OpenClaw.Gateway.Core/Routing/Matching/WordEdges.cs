using System.Globalization;
using System.Text;

namespace OpenClaw.Gateway.Core.Routing.Matching;

/// <summary>
/// Where words begin and end. Letters, marks, digits, connectors and the two joiners make words. In scripts that are written
/// without spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese) every character counts as a word of its own, or no keyword could ever be found.
/// </summary>
internal static class WordEdges
{
    /// <summary>True when a word may begin or end before that index.</summary>
    public static bool IsEdge(ReadOnlySpan<char> text, int index)
    {
        if (index <= 0 || index >= text.Length) return true;
        var (before, after) = (text[index - 1], text[index]);
        if (before < 0x80 && after < 0x80) return !(IsAsciiWord(before) && IsAsciiWord(after));
        Rune.DecodeLastFromUtf16(text[..index], out var left, out _);
        Rune.DecodeFromUtf16(text[index..], out var right, out _);
        return !(IsWord(left) && IsWord(right)) || IsUnspaced(left) || IsUnspaced(right);
    }

    /// <summary>True for what words are made of.</summary>
    public static bool IsWord(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        <= UnicodeCategory.LetterNumber => true,
        UnicodeCategory.OtherNumber or UnicodeCategory.ConnectorPunctuation => true,
        UnicodeCategory.Format => rune.Value is 0x200C or 0x200D,
        _ => false,
    };

    private static bool IsAsciiWord(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private static bool IsUnspaced(Rune rune) => rune.Value switch
    {
        < 0x0E00 => false,
        <= 0x0EFF => true, // Thai, Lao
        >= 0x1000 and <= 0x109F => true, // Burmese
        >= 0x1780 and <= 0x17FF => true, // Khmer
        >= 0x3040 and <= 0x30FF => true, // kana
        >= 0x3400 and <= 0x9FFF => true, // Han
        >= 0xF900 and <= 0xFAFF => true,
        >= 0x20000 and <= 0x3FFFF => true,
        _ => false,
    };
}
