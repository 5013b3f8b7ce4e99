using OpenClaw.Gateway.Core.Storage.Archive;

namespace OpenClaw.Storage.SqlServer.Search;

/// <summary>Texts and questions as words between blanks (<see cref="SearchTokens"/>): no case, no accents, no signs, so nothing in them is an operator.</summary>
internal sealed class SearchPatterns
{
    /// <summary>LIKE and CONTAINS take no longer ones. What is longer is looked for by its beginning.</summary>
    private const int MostCharacters = 3_900;

    private SearchPatterns(IReadOnlyList<string> like, string? match) => (Like, Match) = (like, match);

    /// <summary>For LIKE; all must be found.</summary>
    public IReadOnlyList<string> Like { get; }

    /// <summary>For CONTAINS: finds all that <see cref="Like"/> finds, and perhaps more. Null where it would be too long.</summary>
    public string? Match { get; }

    /// <summary>Null where there is no word to look for.</summary>
    public static SearchPatterns? Of(string text)
    {
        List<string> like = [], match = [];
        foreach (var term in SearchQuery.Parse(text))
        {
            var words = Joined(term.Text);
            if (words.Length == 0) continue;
            if (words.Length > MostCharacters) (words, like) = (words[..MostCharacters], [.. like, $"% {words[..MostCharacters]}%"]);
            else like.Add(term.IsPrefix ? $"% {words}%" : $"% {words} %");
            match.Add($"\"{words}{(term.IsPrefix ? "*" : "")}\"");
        }

        if (like.Count == 0) return null;
        var all = string.Join(" AND ", match);
        return new(like, all.Length <= MostCharacters ? all : null);
    }

    /// <summary>A text as it is stored: a blank before the first word and behind the last one.</summary>
    public static string Stored(string text) => $" {Joined(SearchText.Normalise(text))} ";

    private static string Joined(string text) => string.Join(' ', SearchTokens.Of(text).Select(t => t.Word));
}
