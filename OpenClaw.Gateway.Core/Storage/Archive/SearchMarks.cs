namespace OpenClaw.Gateway.Core.Storage.Archive;

/// <summary>Where what a person looks for stands in a text.</summary>
public sealed class SearchMarks
{
    private readonly List<(string[] Words, bool IsPrefix)> _terms;

    /// <summary>For what was typed into a search box.</summary>
    public SearchMarks(string? text) =>
        _terms = [.. SearchQuery.Parse(text).Select(t => (SearchTokens.Of(t.Text).Select(w => w.Word).ToArray(), t.IsPrefix)).Where(t => t.Item1.Length > 0)];

    /// <summary>Terms that are looked for.</summary>
    public int Count => _terms.Count;

    /// <summary>The terms found and their places (start and end), in order, without overlaps.</summary>
    public (int Terms, IReadOnlyList<(int Start, int End)> Places) Find(string text)
    {
        if (_terms.Count == 0) return (0, []);
        var tokens = SearchTokens.Of(text);
        var places = new List<(int Start, int End)>();
        var terms = 0;
        foreach (var (words, isPrefix) in _terms)
        {
            var before = places.Count;
            for (var at = 0; at + words.Length <= tokens.Count; at++)
                if (Stands(tokens, at, words, isPrefix)) places.Add((tokens[at].Start, tokens[at + words.Length - 1].End));
            if (places.Count > before) terms++;
        }
        return (terms, Apart(places));
    }

    private static bool Stands(IReadOnlyList<SearchToken> tokens, int at, string[] words, bool isPrefix)
    {
        for (var i = 0; i < words.Length; i++)
        {
            var word = tokens[at + i].Word;
            var found = isPrefix && i == words.Length - 1 ? word.StartsWith(words[i], StringComparison.Ordinal) : word == words[i];
            if (!found) return false;
        }
        return true;
    }

    private static List<(int Start, int End)> Apart(List<(int Start, int End)> places)
    {
        var apart = new List<(int Start, int End)>();
        foreach (var place in places.OrderBy(p => p.Start).ThenBy(p => p.End))
        {
            if (apart.Count > 0 && place.Start < apart[^1].End) apart[^1] = (apart[^1].Start, Math.Max(apart[^1].End, place.End));
            else apart.Add(place);
        }
        return apart;
    }
}
