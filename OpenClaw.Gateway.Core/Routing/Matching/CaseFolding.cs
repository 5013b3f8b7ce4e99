using System.Text;

namespace OpenClaw.Gateway.Core.Routing.Matching;

/// <summary>
/// Brings text into the form in which two texts are equal exactly when they are equal under <see cref="StringComparison.OrdinalIgnoreCase"/>:
/// simple upper case, character by character, whatever the culture. Nothing is normalised; the length stays.
/// </summary>
internal static class CaseFolding
{
    private static readonly char[] Upper = Table();

    /// <summary>Folds into a span of the same length.</summary>
    public static void Fold(ReadOnlySpan<char> text, Span<char> folded)
    {
        var table = Upper;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && Rune.TryCreate(c, text[i + 1], out var rune))
            {
                Rune.ToUpperInvariant(rune).EncodeToUtf16(folded[i..]);
                i++;
                continue;
            }

            folded[i] = table[c];
        }
    }

    /// <summary>The folded form as a string.</summary>
    public static string Fold(string text) => string.Create(text.Length, text, static (folded, source) => Fold(source, folded));

    private static char[] Table()
    {
        var table = new char[char.MaxValue + 1];
        for (var i = 0; i < table.Length; i++) table[i] = Simple((char)i);
        return table;
    }

    /// <summary>A few letters have an upper case that the comparison does not take for the same (the long s).</summary>
    private static char Simple(char c)
    {
        var upper = char.ToUpperInvariant(c);
        return upper == c || MemoryExtensions.Equals([upper], [c], StringComparison.OrdinalIgnoreCase) ? upper : c;
    }
}
