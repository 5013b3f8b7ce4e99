namespace OpenClaw.Gateway.Core.Routing.Intents.Text;

/// <summary>
/// Brings a message into the form whose words and letters are compared: lower case, without the accents of European scripts and the vowel
/// points of Arabic and Hebrew, every number one digit, words with a single space around each. Scripts that write no spaces
/// get one around each character.
/// </summary>
internal static class IntentText
{
    /// <summary>Characters of a message that are looked at: what somebody wants stands at the beginning.</summary>
    public const int Longest = 2_000;

    /// <summary>The folded text's room: each character may get a space on either side.</summary>
    public const int Room = 2 * Longest + 2;

    private const char Nothing = '\0', Space = ' ', Digit = '0';
    private static readonly char[] Table = Fill();

    /// <summary>Writes the folded form of the beginning of a text and returns its length; 0 when there is no word in it.</summary>
    public static int Fold(ReadOnlySpan<char> text, Span<char> folded)
    {
        if (text.Length > Longest) text = text[..Longest];
        var table = Table;
        var length = 0;
        folded[length++] = Space;
        foreach (var c in text)
        {
            var to = table[c];
            if (to == Nothing) continue;
            var last = folded[length - 1];
            if (to == Space)
            {
                if (last != Space) folded[length++] = Space;
                continue;
            }

            if (to == Digit && last == Digit) continue;
            if (StandsAlone(to) && last != Space && !char.IsLowSurrogate(to)) folded[length++] = Space;
            folded[length++] = to;
            if (StandsAlone(to) && !char.IsHighSurrogate(to)) folded[length++] = Space;
        }

        if (folded[length - 1] != Space) folded[length++] = Space;
        return length == 1 ? 0 : length;
    }

    /// <summary>Characters that are a word of their own: of Chinese and Japanese, and what is written as two units, such as emoji.</summary>
    private static bool StandsAlone(char c) => c >= '\u2E80' && (c is <= '\u31FF' or (>= '\u3400' and <= '\u9FFF') or (>= '\uF900' and <= '\uFAFF') || char.IsSurrogate(c));

    private static char[] Fill()
    {
        var table = new char[char.MaxValue + 1];
        for (var i = 0; i < table.Length; i++) table[i] = Simple((char)i);
        return table;
    }

    private static char Simple(char c)
    {
        if (c is '\'' or '\u2019' or '\u02BC' or '\u00AD' || IsPoint(c)) return Nothing; // can't and cant are one
        if (char.IsSurrogate(c)) return c;
        if (char.IsDigit(c)) return Digit;
        if (!char.IsLetter(c) && char.GetUnicodeCategory(c) is not (System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark or System.Globalization.UnicodeCategory.OtherSymbol))
            return Space;
        var lower = char.ToLowerInvariant(c);
        if (lower is < '\u00C0' or > '\u1FFF' or (> '\u058F' and < '\u1E00')) return lower;
        return lower switch
        {
            'ß' => 's',
            'ø' => 'o',
            'ł' => 'l',
            'đ' => 'd',
            'ı' => 'i',
            _ => lower.ToString().Normalize(System.Text.NormalizationForm.FormD)[0],
        };
    }

    private static bool IsPoint(char c) => c is (>= '\u0300' and <= '\u036F') or (>= '\u0591' and <= '\u05C7') or (>= '\u064B' and <= '\u065F') or '\u0670' or '\u200D' or '\uFE0F';
}
