using System.Text;
using OpenClaw.Gateway.Core.Storage.Archive;

namespace OpenClaw.Core.Tests.Storage.Archive;

public sealed class SearchQueryTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("  \t ", "")]
    [InlineData("!!! -- *", "")]
    [InlineData("\"\"", "")]
    [InlineData("invoice", "invoice*")]
    [InlineData("late invoice", "late invoice*")]
    [InlineData("late invoice ", "late invoice*")]
    [InlineData("\"late invoice\"", "[late invoice]")]
    [InlineData("\"late invoice\" berlin", "[late invoice] berlin*")]
    [InlineData("berlin \"late inv", "berlin [late inv]*")]
    [InlineData("“late invoice”", "[late invoice]")]
    [InlineData("a AND b OR NOT c", "a AND b OR NOT c*")]
    [InlineData("text:x NEAR(a b) ^c d*", "text:x NEAR(a b) ^c d**")]
    [InlineData("東京", "[東  京]*")]
    [InlineData("ＡＢＣ１", "ABC1*")]
    public void Parse_Anything_Terms(string text, string terms) => Assert.Equal(terms, Shown(SearchQuery.Parse(text)));

    [Fact]
    public void Parse_RandomText_NoTermWithoutAWordAndOnlyTheLastGoesOn()
    {
        var chance = new Random(7);
        for (var round = 0; round < 2_000; round++)
        {
            var terms = SearchQuery.Parse(RandomText.Of(chance, 30));
            Assert.All(terms, t => Assert.True(SearchText.HasWord(t.Text)));
            Assert.All(terms.SkipLast(1), t => Assert.False(t.IsPrefix));
        }
    }

    [Fact]
    public void Parse_VeryLong_IsCut() => Assert.InRange(SearchQuery.Parse(string.Concat(Enumerable.Repeat("word ", 100_000))).Count, 1, 100);

    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("a\0b", "a b")]
    [InlineData("naïve", "naïve")]
    [InlineData("東京tower", " 東  京 tower")]
    [InlineData("สวัสดี", " ส  ว  ั  ส  ด  ี ")]
    [InlineData("한국어", "한국어")]
    public void Normalise_Text_AsIndexed(string text, string normalised) => Assert.Equal(normalised, SearchText.Normalise(text));

    [Fact]
    public void Normalise_HalfAPair_Replaced() => Assert.Equal("x\uFFFDy 𠮷", SearchText.Normalise("x\uD800y 𠮷").Replace("  ", " ", StringComparison.Ordinal).Trim());

    [Fact]
    public void Normalise_RandomText_LosesNothingButFormAndSpaces()
    {
        var chance = new Random(8);
        for (var round = 0; round < 2_000; round++)
        {
            var text = RandomText.Of(chance, 30);
            var normalised = SearchText.Normalise(text);
            Assert.Equal(Bare(RandomText.Whole(text).Normalize(NormalizationForm.FormKC)), Bare(normalised));
            Assert.DoesNotContain('\0', normalised);
            Rune? before = null;
            foreach (var rune in normalised.EnumerateRunes())
            {
                if (before is { } last && SearchText.StandsAlone(last)) Assert.Equal(new Rune(' '), rune);
                before = rune;
            }
        }
    }

    private static string Shown(IEnumerable<SearchTerm> terms) => string.Join(' ', terms.Select(t => (t.Text.Contains(' ', StringComparison.Ordinal) ? $"[{t.Text}]" : t.Text) + (t.IsPrefix ? "*" : "")));

    private static string Bare(string text) => text.Replace(" ", "", StringComparison.Ordinal).Replace("\0", "", StringComparison.Ordinal);
}

/// <summary>Text of all sorts: signs of query languages, scripts with and without spaces, marks, halves of pairs, zeros.</summary>
internal static class RandomText
{
    private static readonly string[] Pieces =
    [
        "a", "b", "invoice", "Berlin", "é", "e\u0301", "ß", "İ", "ﬁ", "١", "ж", "ñ", "東", "京", "は", "ไทย", "ខ្មែរ", "한", "हिन्दी", "👩‍👩‍👧", "\u200D", "\uFF02", "𠮷", "𞤀",
        "\"", "'", "*", "(", ")", ":", "-", "+", "^", "{", "}", "AND", "OR", "NOT", "NEAR", "text", "tenant", ",", ";", "\\", "%", "\0", "\n", "\uD800", "\uDC00", "”", "–", "#", "/", "@", "1", "42", " ", " ", " ",
    ];

    public static string Of(Random chance, int pieces)
    {
        var text = new StringBuilder();
        for (var left = chance.Next(pieces); left > 0; left--) text.Append(Pieces[chance.Next(Pieces.Length)]);
        return text.ToString();
    }

    public static string Whole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
