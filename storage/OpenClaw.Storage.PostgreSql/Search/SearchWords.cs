using System.Globalization;
using System.Text;
using OpenClaw.Gateway.Core.Storage.Archive;

namespace OpenClaw.Storage.PostgreSql.Search;

/// <summary>
/// Texts and questions as PostgreSQL's full-text search has them, in the product's own words (<see cref="SearchTokens"/>): so no dictionary of the server
/// decides what a word is, and what is found is what is marked.
/// </summary>
internal static class SearchWords
{
    /// <summary>A place in a vector is at most 16,383; a word has at most 256 of them. More of either, and phrases would not be found.</summary>
    private const int MostPlaces = 12_000;

    private const int MostOfAWord = 255;

    /// <summary>A vector holds at most 1 MB of words.</summary>
    private const int MostBytes = 400_000;

    /// <summary>A word has at most 2,046 bytes; longer ones are found by their beginnings.</summary>
    private const int LongestWord = 2_000;

    /// <summary>So many words stand at the end of one part and at the beginning of the next, so that a phrase is whole in one of them.</summary>
    private const int Overlap = 64;

    private const int Slice = 32 * 1024;

    /// <summary>The vectors of a text: mostly one; none that is empty.</summary>
    public static IEnumerable<string> PartsOf(string text)
    {
        var part = new Part();
        foreach (var word in WordsOf(SearchText.Normalise(text)).Select(Cut).Where(w => w.Length > 0))
        {
            if (part.IsFullFor(word))
            {
                yield return part.ToVector();
                part = part.Next();
            }

            part.Add(word);
        }

        if (part.Count > 0) yield return part.ToVector();
    }

    /// <summary>The questions, all of which must be answered by some part of a session; empty where there is no word to look for.</summary>
    public static List<string> QuestionsOf(string text)
    {
        var questions = new List<string>();
        foreach (var term in SearchQuery.Parse(text))
        {
            var words = SearchTokens.Of(term.Text).Select(t => Cut(t.Word)).Where(w => w.Length > 0).ToList();
            for (var from = 0; from < words.Count; from += Overlap - 1)
            {
                var piece = words.GetRange(from, Math.Min(Overlap, words.Count - from));
                var isLast = from + piece.Count == words.Count;
                var question = string.Join(" <-> ", piece.Select((w, i) => Quoted(w) + (isLast && term.IsPrefix && i == piece.Count - 1 ? ":*" : "")));
                questions.Add(question);
                if (isLast) break;
            }
        }

        return questions;
    }

    /// <summary>Slice by slice, as a whole conversation's words at once take much memory. A slice ends between two words, where there is such a place.</summary>
    private static IEnumerable<string> WordsOf(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = Math.Min(start + Slice, text.Length);
            if (end < text.Length)
            {
                var gap = text.AsSpan(start, end - start).LastIndexOfAny(' ', '\n');
                if (gap > 0) end = start + gap + 1;
                else if (char.IsLowSurrogate(text[end])) end--;
            }

            foreach (var token in SearchTokens.Of(text[start..end])) yield return token.Word;
            start = end;
        }
    }

    private static string Quoted(string word) => $"'{word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";

    private static string Cut(string word)
    {
        word = PostgreSqlText.Storable(word);
        if (word.Length * 3 <= LongestWord || Encoding.UTF8.GetByteCount(word) <= LongestWord) return word;
        var (length, bytes) = (0, 0);
        foreach (var rune in word.EnumerateRunes())
        {
            if (bytes + rune.Utf8SequenceLength > LongestWord) break;
            bytes += rune.Utf8SequenceLength;
            length += rune.Utf16SequenceLength;
        }

        return word[..length];
    }

    /// <summary>The words of one vector, and where they stand.</summary>
    private sealed class Part
    {
        private readonly List<string> _words = [];
        private readonly Dictionary<string, List<int>> _places = new(StringComparer.Ordinal);
        private int _bytes;

        public int Count => _words.Count;

        public bool IsFullFor(string word) => _words.Count >= MostPlaces || _bytes >= MostBytes || (_places.TryGetValue(word, out var places) && places.Count == MostOfAWord);

        public void Add(string word)
        {
            _words.Add(word);
            if (!_places.TryGetValue(word, out var places))
            {
                _places[word] = places = [];
                _bytes += Encoding.UTF8.GetByteCount(word);
            }

            places.Add(_words.Count);
        }

        /// <summary>The part behind this one: it begins with this one's last words.</summary>
        public Part Next()
        {
            var next = new Part();
            foreach (var word in _words.TakeLast(Overlap)) next.Add(word);
            return next;
        }

        public string ToVector()
        {
            var vector = new StringBuilder();
            foreach (var (word, places) in _places)
            {
                if (vector.Length > 0) vector.Append(' ');
                vector.Append(Quoted(word)).Append(':').AppendJoin(',', places.Select(p => p.ToString(CultureInfo.InvariantCulture)));
            }

            return vector.ToString();
        }
    }
}
