using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using OpenClaw.Gateway.Core.Routing.Patterns;

namespace OpenClaw.Core.Tests.Routing.Patterns;

public sealed class RulePatternTests
{
    private const RegexOptions Net = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [Theory]
    [InlineData(@"refund|money\s+back")]
    [InlineData(@"^order\s+#?\d{4,}$")]
    [InlineData(@"\border\b")]
    [InlineData(@"\Border\B")]
    [InlineData(@"(?<what>in)voice(?:s)?")]
    [InlineData(@"(?'what'in)voice")]
    [InlineData(@"(?i)A(?-i)B")]
    [InlineData(@"(?-i:AB)c")]
    [InlineData(@"(?m)^line$")]
    [InlineData(@"(?s)a.b")]
    [InlineData(@"a.b")]
    [InlineData("(?x) a b # comment\n c")]
    [InlineData(@"(?#comment)ab")]
    [InlineData(@"[a-f-[c]]+x")]
    [InlineData(@"[^]a]b")]
    [InlineData(@"[]a]b")]
    [InlineData(@"[\]\-x]{2}")]
    [InlineData(@"\p{Lu}\P{L}")]
    [InlineData(@"\x41\u0042\t")]
    [InlineData(@"\cA|\0|\012")]
    [InlineData(@"a{,3}")]
    [InlineData(@"a{2}b{0}c{1,2}?")]
    [InlineData(@"x{a}")]
    [InlineData(@"\Aab\Z")]
    [InlineData(@"ab\z")]
    [InlineData(@"(a*)*b")]
    [InlineData(@"(|a)+b")]
    [InlineData(@"")]
    [InlineData(@"a||b")]
    [InlineData(@"k")]
    [InlineData(@"straße")]
    [InlineData(@"é")]
    [InlineData(@"İ|ı")]
    [InlineData(@"[İi]x")]
    [InlineData(@"\w+\s\W")]
    [InlineData(@"😀+")]
    [InlineData(@"(\w+\s+){0,3}refund")]
    [InlineData(@"(?n)(a)(?<b>b)")]
    [InlineData(@"\.\*\$\/")]
    public void IsMatch_LikeNet_OnManyTexts(string pattern)
    {
        string[] texts =
        [
            "", "a", "ab", "AB", "aB", "Ab", "abc", "abc\n", "ab\n", "\nab", "line", "one\nline\ntwo", "line\n", "a\nb", "axb", "order", "Order #12345", "order 123\n", "reorder", "reordered",
            "refund", "MONEY   BACK", "invoices", "INVOICE", "cx", "dx", "]b", "bb", "]-", "x-", "Äß", "É1", "\u0001", "\0", "\n", "AB\t", "aaa", "a{,3}", "aac", "x{a}", "\u212A", "K", "STRASSE", "straße",
            "STRAẞE", "é", "É", "e\u0301", "İ", "i", "ı", "I", "ix", "İx", "a b!", "😀😀", "\ud83d", "please give me a refund", ".*$/", "word\u200Dorder", "order\u200C", "zwölf x",
        ];
        var regex = new Regex(pattern, Net | RegexOptions.NonBacktracking, TimeSpan.FromSeconds(30));
        var rule = RulePattern.TryCreate(pattern, out var fault);
        Assert.Null(fault);
        foreach (var text in texts) Assert.True(regex.IsMatch(text) == Match(rule!, text), $"{pattern} on {text}: .NET says {regex.IsMatch(text)}");
    }

    [Theory]
    [InlineData(@"(?=a)b", "Look-ahead")]
    [InlineData(@"(?<!a)b", "Look-ahead")]
    [InlineData(@"(?>a)b", "Atomic")]
    [InlineData(@"(a)\1", "References")]
    [InlineData(@"(?<n>a)\k<n>", "References")]
    [InlineData(@"(?(a)b|c)", "Conditions")]
    [InlineData(@"(?<a-b>x)", "Balancing")]
    [InlineData(@"a)", "without its '('")]
    [InlineData(@"(a", "missing")]
    [InlineData(@"[a", "missing")]
    [InlineData(@"*a", "nothing before")]
    [InlineData(@"a**", "repeats a repetition")]
    [InlineData(@"a{5,2}", "at least 5 and at most 2")]
    [InlineData(@"\", "single")]
    [InlineData(@"\q", "not something")]
    [InlineData(@"\p{Nonsense}", "cannot be read")]
    [InlineData(@"\u12", "not complete")]
    [InlineData(@"[z-a]", "cannot be read")]
    [InlineData(@"((a{1,100}){1,100}){1,100}", "too large")]
    [InlineData(@"(\w{1,400}\s?){1,5}!", "too large")]
    [InlineData(@"((){999999}){999999}a{2001}", "too large")]
    [InlineData(@"a{9999999}", "too many")]
    public void TryCreate_NotPossibleInARule_SaysWhy(string pattern, string why)
    {
        Assert.Null(RulePattern.TryCreate(pattern, out var fault));
        Assert.Contains(why, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void TryCreate_Long_SaysHowLong()
    {
        Assert.NotNull(RulePattern.TryCreate(new('a', 512), out _));
        Assert.Null(RulePattern.TryCreate(new('a', 513), out var fault));
        Assert.Contains("512", fault, StringComparison.Ordinal);
        Assert.Null(RulePattern.TryCreate(new string('(', 250) + new string(')', 250), out fault));
        Assert.Contains("nested", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void IsMatch_RandomExpressions_LikeNet()
    {
        var chance = new Random(4711);
        for (var i = 0; i < 1_500; i++)
        {
            var pattern = Random(chance, 3);
            if (pattern.Length > 100) continue;
            var regex = new Regex(pattern, Net | RegexOptions.NonBacktracking, TimeSpan.FromSeconds(30));
            var rule = RulePattern.TryCreate(pattern, out var fault);
            Assert.True(rule is not null, $"{pattern}: {fault}");
            for (var t = 0; t < 12; t++)
            {
                var text = new string(chance.GetItems<char>("abAB1 _\nkKé", chance.Next(10)));
                Assert.True(regex.IsMatch(text) == Match(rule, text), $"{pattern} on {text}");
                if (rule.Required is { } required && regex.IsMatch(text))
                    Assert.Contains(required, r => text.Contains(r, StringComparison.OrdinalIgnoreCase));
            }
        }
    }

    [Theory]
    [InlineData("order")]
    [InlineData("İistanbul kK")]
    public void Fits_EveryCharacter_LikeNet(string letters)
    {
        foreach (var letter in letters)
        {
            var regex = new Regex($@"\A{Regex.Escape(letter.ToString())}\z", Net, TimeSpan.FromSeconds(30));
            var test = CharTest.Of(letter, ignoreCase: true);
            for (var i = 0; i <= char.MaxValue; i++)
                Assert.True(regex.IsMatch([(char)i]) == test.Fits((char)i), $"{letter} and U+{i:X4}");
        }
    }

    /// <summary>What a required text is searched by must not be narrower than what the expression takes.</summary>
    [Fact]
    public void Required_AsciiLettersButK_EqualUnderBothRules()
    {
        for (var letter = 'a'; letter <= 'z'; letter++)
        {
            if (letter == 'k') continue;
            var test = CharTest.Of(letter, ignoreCase: true);
            for (var i = 0; i <= char.MaxValue; i++)
                if (test.Fits((char)i)) Assert.True(string.Equals(((char)i).ToString(), letter.ToString(), StringComparison.OrdinalIgnoreCase), $"U+{i:X4}");
        }
    }

    [Theory]
    [InlineData(@"\border\s+#?\d{4,}\b", "order")]
    [InlineData("refund|money back", "refund,money bac")]
    [InlineData(@"(\w+\s+){0,5}refunds?", "refund")]
    [InlineData(@"a+|bcd", null)]
    [InlineData(@"\d+", null)]
    [InlineData("(cancel){2}", "cancel")]
    [InlineData("(cancel)?ab", "ab")]
    public void Required_TextOfEveryMatch_Found(string pattern, string? expected) =>
        Assert.Equal(expected, RulePattern.TryCreate(pattern, out _)!.Required is { } required ? string.Join(',', required) : null);

    /// <summary>Some of these take .NET's own engine more than ten seconds for a thousand characters.</summary>
    [Fact]
    public void IsMatch_HostileExpressions_StayWithinTheWork()
    {
        string[] patterns =
        [
            "(a+)+$", "(a|aa)+!", "a{1,500}!", "(a{1,30}){1,30}!", "[ab]*a[ab]{400}!", "(.*a.*b){50}!", @"(\w{1,100}\s?){1,5}!", "(?:(?:(?:(?:[^b])?(?:\\w){0,100}b))*)+!",
            @"(?:(?:(?:(?:b)+|(?:.\w[^b]))){20})*!", @"(?:(?:(?:(?:a)*(?:.)+)){1,100})!", "(.?){500}a!", @"(\p{L}|\p{N}|\w|.){1,200}!",
        ];
        var chance = new Random(1);
        var texts = new[] { new string('a', 65_536), new string(chance.GetItems<char>("ab", 65_536)), new string(chance.GetItems<char>("ab 1é", 65_536)) };
        var start = Stopwatch.GetTimestamp();
        foreach (var text in texts)
        {
            var work = new PatternWork(PatternWork.PerMessage);
            foreach (var pattern in patterns) RulePattern.TryCreate(pattern, out _)!.IsMatch(text, ref work);
        }

        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30), $"{Stopwatch.GetElapsedTime(start)}");
    }

    [Fact]
    public void IsMatch_ManyThreads_SameAnswer()
    {
        var rule = RulePattern.TryCreate(@"(a|b|ab){1,20}c\b", out _)!;
        var regex = new Regex(@"(?:a|b|ab){1,20}c\b", Net | RegexOptions.NonBacktracking, TimeSpan.FromSeconds(30));
        Parallel.For(0, 8, seed =>
        {
            var chance = new Random(seed);
            for (var i = 0; i < 2_000; i++)
            {
                var text = new string(chance.GetItems<char>("abcé ", 12));
                Assert.Equal(regex.IsMatch(text), Match(rule, text));
            }
        });
    }

    private static bool Match(RulePattern rule, string text)
    {
        var work = new PatternWork(PatternWork.PerMessage);
        return rule.IsMatch(text, ref work);
    }

    private static string Random(Random chance, int depth)
    {
        string[] atoms = ["a", "b", "ab", ".", @"\w", @"\s", @"\d", "[ab]", "[^a]", @"\b", "^", "$", "k", "é", @"\B", @"\z", "1"];
        if (depth == 0) return atoms[chance.Next(atoms.Length)];
        var text = new StringBuilder();
        for (var i = chance.Next(1, 4); i > 0; i--)
        {
            var inner = $"(?:{Random(chance, depth - 1)})";
            text.Append(chance.Next(7) switch
            {
                0 => inner + "*",
                1 => inner + "+",
                2 => inner + "?",
                3 => $"{inner}{{{chance.Next(3)},{chance.Next(3, 5)}}}",
                4 => $"(?:{Random(chance, depth - 1)}|{Random(chance, depth - 1)})",
                _ => Random(chance, depth - 1),
            });
        }

        return text.ToString();
    }
}
