using System.Globalization;
using System.Text;

namespace OpenClaw.Gateway.Core.Storage.Archive;

/// <summary>
/// What is said, made ready for an index of words: one form for what looks the same (NFKC), and spaces between the characters of
/// scripts that write without them, so that each is a word and a run of them a phrase. Text and question go the same way.
/// </summary>
public static class SearchText
{
    /// <summary>The text as it is indexed.</summary>
    public static string Normalise(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Ascii.IsValid(text) ? text.Replace('\0', ' ') : Apart(Whole(text).Normalize(NormalizationForm.FormKC));
    }

    /// <summary>Whether there is anything in it that an index has words for.</summary>
    public static bool HasWord(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var rune in text.EnumerateRunes())
            if (Rune.IsLetter(rune) || Rune.IsNumber(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.PrivateUse) return true;
        return false;
    }

    /// <summary>Written without spaces between words: each character is found by itself.</summary>
    public static bool StandsAlone(Rune rune) => rune.Value switch
    {
        < 0x0E00 => false,
        <= 0x0EFF => true, // Thai, Lao
        >= 0x1000 and <= 0x109F or >= 0x1780 and <= 0x17FF => true, // Myanmar, Khmer
        >= 0x3005 and <= 0x3007 or >= 0x3040 and <= 0x30FF or >= 0x31F0 and <= 0x31FF => true, // kana and iteration marks
        >= 0x3400 and <= 0x4DBF or >= 0x4E00 and <= 0x9FFF or >= 0xF900 and <= 0xFAFF => true, // Han
        >= 0x1B000 and <= 0x1B16F or >= 0x20000 and <= 0x3FFFF => true, // old kana, further Han
        _ => false,
    };

    private static string Apart(string text)
    {
        if (!text.EnumerateRunes().Any(StandsAlone)) return text.Replace('\0', ' ');
        var apart = new StringBuilder(text.Length * 2);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == 0) apart.Append(' ');
            else if (StandsAlone(rune)) apart.Append(' ').Append(rune.ToString()).Append(' ');
            else apart.Append(rune.ToString());
        }
        return apart.ToString();
    }

    /// <summary>Halves of surrogate pairs, which cannot be normalised, become the replacement character.</summary>
    private static string Whole(string text)
    {
        StringBuilder? whole = null;
        for (var at = 0; at < text.Length; at++)
        {
            if (!char.IsSurrogate(text[at])) continue;
            if (at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1])) at++;
            else (whole ??= new(text))[at] = '\uFFFD';
        }
        return whole?.ToString() ?? text;
    }
}
