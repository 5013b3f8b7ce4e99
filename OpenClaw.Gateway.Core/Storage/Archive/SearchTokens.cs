using System.Globalization;
using System.Text;

namespace OpenClaw.Gateway.Core.Storage.Archive;

/// <summary>A word of a text, folded (no case, no accents), and where it stands.</summary>
public readonly record struct SearchToken(string Word, int Start, int End);

/// <summary>
/// The words of a text as the index has them, with their places: to show where something was found. The index itself stays the judge of what is
/// found; where the two differ, nothing is marked.
/// </summary>
public static class SearchTokens
{
    /// <summary>The words in order.</summary>
    public static IReadOnlyList<SearchToken> Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tokens = new List<SearchToken>();
        int start = -1, at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var alone = SearchText.StandsAlone(rune) && IsWord(rune);
            var part = !alone && (IsWord(rune) || (start >= 0 && IsMark(rune)));
            if (part && start < 0) start = at;
            if (!part && start >= 0)
            {
                tokens.Add(Token(text, start, at));
                start = -1;
            }
            var end = Math.Min(text.Length, at + rune.Utf16SequenceLength);
            if (alone) tokens.Add(Token(text, at, end));
            at = end;
        }
        if (start >= 0) tokens.Add(Token(text, start, text.Length));
        return tokens;
    }

    private static SearchToken Token(string text, int start, int end) => new(Fold(text[start..end]), start, end);

    private static bool IsWord(Rune rune) => Rune.IsLetter(rune) || Rune.IsNumber(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.PrivateUse;

    private static bool IsMark(Rune rune) => rune.Value is >= 0x300 and <= 0x36F;

    private static string Fold(string word)
    {
        if (Ascii.IsValid(word)) return word.ToLowerInvariant();
        var folded = new StringBuilder(word.Length);
        foreach (var rune in word.Normalize(NormalizationForm.FormKD).EnumerateRunes())
            if (!IsMark(rune)) folded.Append(Rune.ToLowerInvariant(rune).ToString());
        return folded.ToString().Normalize(NormalizationForm.FormC);
    }
}
