using System.Runtime.InteropServices;

namespace OpenClaw.Gateway.Core.Routing.Languages;

/// <summary>How many letters of each script a text has.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct ScriptCount
{
    public int Latin, Cyrillic, Greek, Hebrew, Arabic, Thai, Devanagari, Hangul, Kana, Han, Other;

    public readonly int Letters => Latin + Cyrillic + Greek + Hebrew + Arabic + Thai + Devanagari + Hangul + Kana + Han + Other;

    public static ScriptCount Of(ReadOnlySpan<char> text)
    {
        var count = default(ScriptCount);
        foreach (var c in text) count.Add(c);
        return count;
    }

    /// <summary>True when the script alone decides: the language, or null when nothing can be said.</summary>
    public readonly bool ByScript(out string? language)
    {
        var most = Math.Max(Latin, Cyrillic);
        // A character of these scripts says more than a letter, so a few between Latin names and words are enough.
        language = 3 * (Han + Kana) >= most && Han + Kana > 0 ? Kana > 0 && 5 * Kana >= Han ? "ja" : "zh"
            : Hangul > 0 && 2 * Hangul >= most ? "ko"
            : Greek > most ? "el"
            : Hebrew > most ? "he"
            : Arabic > most && 3 * Other < Arabic ? "ar"
            : Thai > most ? "th"
            : Devanagari > most ? "hi"
            : null;
        return language is not null || most == 0 || Other > most;
    }

    private void Add(char c)
    {
        if (c < 0x80)
        {
            if (char.IsAsciiLetter(c)) Latin++;
            return;
        }

        if (!char.IsLetter(c)) return;
        switch (c)
        {
            case < '\u0250' or (>= '\u1E00' and <= '\u1EFF'): Latin++; break;
            case >= '\u0370' and <= '\u03FF' or (>= '\u1F00' and <= '\u1FFF'): Greek++; break;
            case >= '\u0400' and <= '\u052F': Cyrillic++; break;
            case >= '\u0590' and <= '\u05FF': Hebrew++; break;
            // Persian and Urdu letters: the script is Arabic, the language is not
            case 'پ' or 'چ' or 'ژ' or 'گ' or 'ٹ' or 'ڈ' or 'ڑ' or 'ں' or 'ے' or 'ی' or 'ک': Other += 4; break;
            case >= '\u0600' and <= '\u06FF': Arabic++; break;
            case >= '\u0900' and <= '\u097F': Devanagari++; break;
            case >= '\u0E00' and <= '\u0E7F': Thai++; break;
            case >= '\u1100' and <= '\u11FF' or (>= '\uAC00' and <= '\uD7AF'): Hangul++; break;
            case >= '\u3040' and <= '\u30FF': Kana++; break;
            case >= '\u3400' and <= '\u9FFF': Han++; break;
            default: Other++; break;
        }
    }
}
