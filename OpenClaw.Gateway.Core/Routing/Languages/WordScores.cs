using System.Collections.Frozen;
using System.Runtime.InteropServices;

namespace OpenClaw.Gateway.Core.Routing.Languages;

/// <summary>Adds up what each word and letter of a text says for each language. A word of one language says more than one that many share.</summary>
internal static class WordScores
{
    private const float Letter = 0.5f, MostOfLetters = 2;
    private const float Least = 0.9f, LeastPerWord = 0.16f, LeastLead = 1.25f;
    private const int LongestWord = 24;

    private static readonly int Count = LanguageWords.All.Length;
    private static readonly int FirstCyrillic = Array.FindIndex(LanguageWords.All, l => l.Code == "ru");
    private static readonly FrozenDictionary<string, Entry> Words = Build(l => l.Words.Split(' '), shared => 1f / shared);
    private static readonly FrozenDictionary<char, Entry> Letters = LetterEntries();

    /// <summary>The language that is clearly ahead, or null.</summary>
    public static string? Best(ReadOnlySpan<char> text, in ScriptCount scripts)
    {
        Span<float> scores = stackalloc float[Count];
        Span<float> letters = stackalloc float[Count];
        scores.Clear();
        letters.Clear();
        var words = AddWords(text, scores, letters);
        for (var i = 0; i < Count; i++) scores[i] += Math.Min(letters[i], MostOfLetters);
        var cyrillic = scripts.Cyrillic > scripts.Latin;
        return Winner(cyrillic ? scores[FirstCyrillic..] : scores[..FirstCyrillic], cyrillic ? FirstCyrillic : 0, words);
    }

    private static string? Winner(ReadOnlySpan<float> scores, int offset, int words)
    {
        var best = 0;
        for (var i = 1; i < scores.Length; i++)
            if (scores[i] > scores[best]) best = i;
        var second = 0f;
        for (var i = 0; i < scores.Length; i++)
            if (i != best) second = Math.Max(second, scores[i]);
        return scores[best] >= Least && scores[best] >= LeastPerWord * words && scores[best] >= LeastLead * second ? LanguageWords.All[offset + best].Code : null;
    }

    /// <summary>Returns the number of words.</summary>
    private static int AddWords(ReadOnlySpan<char> text, Span<float> scores, Span<float> letters)
    {
        var lookup = Words.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> word = stackalloc char[LongestWord];
        var (words, length) = (0, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            if (length == 0 && IsAddress(text, i, out var end)) i = end;
            var c = i < text.Length ? text[i] : ' ';
            if (char.IsLetter(c) || (c is '\'' or '’' && length > 0))
            {
                c = c == '’' ? '\'' : char.ToLowerInvariant(c);
                if (c >= 0x80 && Letters.TryGetValue(c, out var letter)) letter.AddTo(letters);
                if (length < LongestWord) word[length] = c;
                length++;
                continue;
            }

            if (c is '¿' or '¡' && Letters.TryGetValue(c, out var mark)) mark.AddTo(letters);
            if (length == 0) continue;
            words++;
            if (length <= LongestWord && lookup.TryGetValue(word[..length], out var entry)) entry.AddTo(scores);
            length = 0;
        }

        return words;
    }

    /// <summary>Links and mail addresses are no words of a language.</summary>
    private static bool IsAddress(ReadOnlySpan<char> text, int start, out int end)
    {
        end = start;
        if (start >= text.Length || !char.IsAsciiLetterOrDigit(text[start]) || (start > 0 && !char.IsWhiteSpace(text[start - 1]))) return false;
        while (end < text.Length && !char.IsWhiteSpace(text[end])) end++;
        var token = text[start..end];
        return token.Contains('@') || token.IndexOf("://") > 0 || token.StartsWith("www.", StringComparison.OrdinalIgnoreCase);
    }

    private static FrozenDictionary<char, Entry> LetterEntries() =>
        Build(l => l.Letters.Select(c => c.ToString()), shared => Letter * 2 / (1 + shared)).ToFrozenDictionary(p => p.Key[0], p => p.Value);

    private static FrozenDictionary<string, Entry> Build(Func<(string Code, string Letters, string Words), IEnumerable<string>> items, Func<int, float> weight)
    {
        var languages = LanguageWords.All.SelectMany((l, i) => items(l).Distinct().Select(item => (item, i))).ToLookup(p => p.item, p => p.i);
        return languages.ToFrozenDictionary(g => g.Key, g => new Entry([.. g], weight(g.Count())), StringComparer.Ordinal);
    }

    /// <summary>The languages that have a word or letter, and what it says for each.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly struct Entry(int[] languages, float weight)
    {
        public void AddTo(Span<float> scores)
        {
            foreach (var language in languages) scores[language] += weight;
        }
    }
}
