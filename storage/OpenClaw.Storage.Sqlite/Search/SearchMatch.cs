using OpenClaw.Gateway.Core.Storage.Archive;

namespace OpenClaw.Storage.Sqlite.Search;

/// <summary>A question in FTS5's language: each term a string in quotation marks, so that nothing in it is an operator.</summary>
internal static class SearchMatch
{
    /// <summary>Null where there is no word to look for.</summary>
    public static string? Of(Guid tenant, string text)
    {
        var terms = SearchQuery.Parse(text);
        return terms.Count == 0 ? null : $"tenant : {Quoted(Owner(tenant))} AND text : ({string.Join(' ', terms.Select(Term))})";
    }

    /// <summary>The word that stands for a tenant.</summary>
    public static string Owner(Guid tenant) => tenant.ToString("N");

    private static string Term(SearchTerm term) => term.IsPrefix ? Quoted(term.Text) + "*" : Quoted(term.Text);

    private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
