namespace OpenClaw.Gateway.Core.Routing.Languages;

/// <summary>
/// Tells the language of a chat message by its script, its letters and the most frequent short words of each language. Made for
/// a sentence or more; where it is not sure it says nothing.
/// </summary>
public static class LanguageDetector
{
    /// <summary>How much of a text is looked at: more does not make it surer.</summary>
    public const int MaxLength = 1_000;

    /// <summary>The ISO 639-1 code, or null.</summary>
    public static string? Detect(ReadOnlySpan<char> text)
    {
        if (text.Length > MaxLength) text = text[..MaxLength];
        var scripts = ScriptCount.Of(text);
        if (scripts.Letters < 2) return null;
        if (scripts.ByScript(out var language)) return language;
        return WordScores.Best(text, scripts);
    }
}
