using System.Text;

namespace OpenClaw.Gateway.Core.Storage.Archive;

/// <summary>One thing that must be found.</summary>
/// <param name="Text">A word, or words that stand together, normalised (<see cref="SearchText"/>), with at least one letter or digit.</param>
/// <param name="IsPrefix">The last word of it may go on.</param>
public sealed record SearchTerm(string Text, bool IsPrefix);

/// <summary>Reads what a person typed into a search box. Every string is allowed; nothing in it is an operator but the quotation mark.</summary>
public static class SearchQuery
{
    /// <summary>More is not looked at.</summary>
    public const int MaxLength = 2_000;

    private const int MaxTerms = 32;

    /// <summary>The terms, all of which must be found; none where there is no word.</summary>
    public static IReadOnlyList<SearchTerm> Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return [];
        if (text.Length > MaxLength) text = text[..MaxLength];
        var terms = new List<SearchTerm>();
        var piece = new StringBuilder();
        var quoted = false;
        foreach (var sign in text)
        {
            var mark = IsMark(sign);
            if (!mark && (quoted || !char.IsWhiteSpace(sign)))
            {
                piece.Append(sign);
                continue;
            }
            Add(terms, piece, isPrefix: !quoted);
            if (mark) quoted = !quoted;
        }
        Add(terms, piece, isPrefix: true);
        // only what was typed last may go on
        return [.. terms.Take(MaxTerms).Select((t, i) => i == terms.Count - 1 ? t : t with { IsPrefix = false })];
    }

    private static void Add(List<SearchTerm> terms, StringBuilder piece, bool isPrefix)
    {
        var term = SearchText.Normalise(piece.ToString());
        piece.Clear();
        if (SearchText.HasWord(term)) terms.Add(new(term.Trim(), isPrefix));
    }

    /// <summary>Also those that keyboards of phones and word processors put in its place.</summary>
    private static bool IsMark(char sign) => sign is '"' or '\u201C' or '\u201D' or '\u201E' or '\u201F';
}
