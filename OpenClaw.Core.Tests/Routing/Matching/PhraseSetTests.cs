using System.Text;
using OpenClaw.Gateway.Core.Routing.Matching;

namespace OpenClaw.Core.Tests.Routing.Matching;

public sealed class PhraseSetTests
{
    [Fact]
    public void Fold_EveryCharacter_EqualExactlyWhenOrdinalIgnoreCaseSays()
    {
        // without Garay, a script that .NET knows and the system's Unicode library may not know yet
        var runes = Enumerable.Range(0, 0x110000).Where(i => Rune.IsValid(i) && (i is < 0x10D50 or > 0x10D8F)).Select(i => new Rune(i).ToString()).ToList();
        var ordinal = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var folded = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var rune in runes)
        {
            ordinal.TryAdd(rune, rune);
            folded.TryAdd(CaseFolding.Fold(rune), rune);
            Assert.Equal(ordinal[rune], folded[CaseFolding.Fold(rune)]);
        }
    }

    [Theory]
    [InlineData("I want a REFUND", "refund")]
    [InlineData("re\u200Bfund", "refund")] // zero-width space
    [InlineData("\u202Erefund\u202C", "refund")] // right-to-left override
    [InlineData("ISTANBUL", "istanbul")]
    [InlineData("İSTANBUL", "istanbul")]
    [InlineData("ıstanbul", "istanbul")]
    [InlineData("STRASSE", "straße")]
    [InlineData("STRAẞE", "straße")]
    [InlineData("Straße", "STRAßE")]
    [InlineData("cafe\u0301", "cafe")] // e and a combining accent
    [InlineData("cafe\u0301", "café")]
    [InlineData("CAFÉ", "café")]
    [InlineData("ΣΊΣΥΦΟΣ", "σίσυφος")]
    [InlineData("\U00010400x", "\U00010428X")] // Deseret, outside the first plane
    [InlineData("a😀b", "😀")]
    [InlineData("\u212Aelvin", "kelvin")]
    [InlineData("ﬁne", "fine")]
    [InlineData("", "a")]
    public void Find_Substring_AsOrdinalIgnoreCase(string text, string phrase) =>
        Assert.Equal(text.Contains(phrase, StringComparison.OrdinalIgnoreCase), Find(text, false, phrase) is [0]);

    [Theory]
    [InlineData("give me a refund!", "refund", true)]
    [InlineData("refunds", "refund", false)]
    [InlineData("prerefund", "refund", false)]
    [InlineData("REFUND", "refund", true)]
    [InlineData("my money, back", "money back", false)]
    [InlineData("my money back?", "money back", true)]
    [InlineData("refund_2", "refund", false)]
    [InlineData("cafe\u0301 au lait", "cafe", false)]
    [InlineData("\u200Frefund\u200F", "refund", true)] // right-to-left marks are no letters
    [InlineData("re\u200Dfund", "fund", false)] // a joiner is inside a word
    [InlineData("I use C# daily", "c#", true)]
    [InlineData("refunds and a refund", "refund", true)]
    [InlineData("我要退款", "退款", true)]
    [InlineData("x😀y", "😀", true)]
    public void Find_WholeWord_BetweenEdges(string text, string word, bool found) =>
        Assert.Equal(found, Find(text, true, word) is [0]);

    [Fact]
    public void Find_RandomPhrases_AsOneByOne()
    {
        var chance = new Random(42);
        for (var round = 0; round < 500; round++)
        {
            var phrases = Enumerable.Range(0, 12).Select(_ => new string(chance.GetItems<char>("abAéß ", chance.Next(1, 6)))).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
            var text = new string(chance.GetItems<char>("abABéÉß ", chance.Next(30)));
            Assert.Equal(Indexes(phrases, p => text.Contains(p, StringComparison.OrdinalIgnoreCase)), Find(text, false, phrases).Order());
            Assert.Equal(Indexes(phrases, p => RuleJudge.HoldsWord(text, p)), Find(text, true, phrases).Order());
        }
    }

    private static IEnumerable<int> Indexes(string[] phrases, Func<string, bool> holds) => Enumerable.Range(0, phrases.Length).Where(i => holds(phrases[i]));

    private static int[] Find(string text, bool whole, params string[] phrases)
    {
        var builder = new PhraseSetBuilder();
        foreach (var phrase in phrases) builder.Add(phrase, whole);
        var set = builder.Build();
        var list = new int[set.Count];
        return list[..set.Find(CaseFolding.Fold(text), new ulong[Bits.Words(set.Count)], list)];
    }
}
