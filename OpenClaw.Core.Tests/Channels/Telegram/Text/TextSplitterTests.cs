using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using OpenClaw.Gateway.Core.Channels.Telegram.Protocol;
using OpenClaw.Gateway.Core.Channels.Telegram.Text;

namespace OpenClaw.Core.Tests.Channels.Telegram.Text;

public sealed class TextSplitterTests
{
    private static readonly string[] Pieces =
    [
        "word ", "a", "\n", "\n\n", "**", "*", "`", "```\n", "```cs\n", "||", "👍", "👨‍👩‍👧‍👦", "e\u0301", "[x](https://example.com/)", "> ", "- ", "1. ", "# ", "~~", "<u>", "</u>", "| a | b |\n|---|---|\n| 1 | 2 |\n",
        "longer piece of text that goes on. ", "\u200B", "\u202Eשלום", "    indented\n", "\t", "\\", "&amp;", "\r\n", "字字字字", "_",
    ];

    [Fact]
    public void Split_Short_IsOnePart() => Assert.Single(TextSplitter.Split(MarkdownReader.Read("**hello**")));

    [Fact]
    public void Split_LongText_BreaksAtParagraphs()
    {
        var parts = TextSplitter.Split(MarkdownReader.Read(string.Join("\n\n", Enumerable.Range(0, 20).Select(i => $"{i} " + new string('x', 500)))));
        Assert.True(parts.Count > 1);
        Assert.All(parts, p => Assert.Matches(@"\A[0-9]+ x", p.Text));
    }

    [Fact]
    public void Split_LongCode_IsCodeInBothHalvesAndKeepsItsIndent()
    {
        var code = string.Join('\n', Enumerable.Range(0, 300).Select(i => $"    line {i} of the program"));
        var parts = TextSplitter.Split(MarkdownReader.Read($"before\n\n```py\n{code}\n```\n\nafter"));
        Assert.True(parts.Count > 1);
        Assert.All(parts, p => Assert.Contains(p.Entities, e => e is { Type: "pre", Language: "py" }));
        Assert.All(parts.Skip(1), p => Assert.StartsWith("    line", p.Text, StringComparison.Ordinal));
        Assert.Contains("after", parts[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Split_CodeThatFitsIntoTheNext_IsNotCut()
    {
        var parts = TextSplitter.Split(MarkdownReader.Read($"{new string('x', 3_000)}\n\n```\n{new string('y', 2_000)}\n```"));
        Assert.Equal(2, parts.Count);
        Assert.Equal(new string('y', 2_000), parts[1].Text);
    }

    [Fact]
    public void Split_OneEndlessWord_IsCutAtTheLimitAndNeverInsideACharacter()
    {
        var word = string.Concat(Enumerable.Repeat("👨‍👩‍👧‍👦", 1_000));
        var parts = TextSplitter.Split(new(word, []));
        Assert.Equal(word, string.Concat(parts.Select(p => p.Text)));
        Assert.All(parts, p => Assert.Equal(0, p.Text.Length % "👨‍👩‍👧‍👦".Length));
    }

    [Fact]
    public void Split_OneEndlessCharacter_IsCutAllTheSame()
    {
        var zalgo = "e" + new string('\u0301', 10_000);
        Assert.Equal(zalgo, string.Concat(TextSplitter.Split(new(zalgo, [])).Select(p => p.Text)));
    }

    [Fact]
    public void Split_MoreThanHundredEntities_GoesAsMoreMessages()
    {
        var parts = TextSplitter.Split(MarkdownReader.Read(string.Join(' ', Enumerable.Range(0, 350).Select(i => $"**b{i}**"))));
        Assert.Equal(350, parts.Sum(p => p.Entities.Count));
        Assert.All(parts, p => Assert.InRange(p.Entities.Count, 1, 100));
    }

    [Fact]
    public void Split_AnyMarkdown_KeepsEveryCharacterAndItsStyles()
    {
        var texts = Gen.Elements(Pieces).ListOf().Select(pieces => string.Concat(pieces));
        var longTexts = Gen.Elements(Pieces).ListOf(400).Select(pieces => string.Concat(pieces));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Gen.OneOf(texts, longTexts).ToArbitrary(), text =>
        {
            foreach (var most in new[] { 40, 200, 4_096 }) Holds(MarkdownReader.Read(text), most);
        }));
    }

    [Fact]
    public void Split_AnyString_Holds() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll<string>(text => Holds(MarkdownReader.Read((text ?? "").ReplaceLineEndings("\n")), 30)));

    private static void Holds(TelegramText whole, int most)
    {
        Sound(whole);
        var parts = TextSplitter.Split(whole, most);
        Assert.NotEmpty(parts);
        Assert.All(parts, p =>
        {
            Sound(p);
            Assert.InRange(p.Text.Length, 0, most);
            Assert.InRange(p.Entities.Count, 0, TelegramText.MostEntities);
        });
        Assert.Equal(Styled(whole), parts.SelectMany(Styled));
        if (IsWellFormed(whole.Text)) Assert.All(parts, p => Assert.True(IsWellFormed(p.Text)));
    }

    /// <summary>What Telegram asks of entities.</summary>
    private static void Sound(TelegramText text)
    {
        Assert.Equal(text.Text.TrimEnd(), text.Text);
        var code = text.Entities.Where(e => e.Type is "code" or "pre").ToList();
        foreach (var e in text.Entities)
        {
            Assert.True(e.Offset >= 0 && e.Length > 0 && e.End <= text.Text.Length);
            Assert.False(char.IsWhiteSpace(text.Text[e.End - 1]));
            Assert.True(e.Type is "blockquote" || code.TrueForAll(c => ReferenceEquals(c, e) || c.End <= e.Offset || c.Offset >= e.End), $"{e.Type} over code");
        }

        foreach (var like in text.Entities.GroupBy(e => e.Type))
            foreach (var (one, next) in like.Zip(like.Skip(1))) Assert.True(one.End <= next.Offset, $"{one.Type} in itself");
    }

    /// <summary>Every character that is seen, with its styles.</summary>
    private static List<string> Styled(TelegramText text) =>
    [
        .. text.Text.Select((c, i) => (c, i)).Where(x => !char.IsWhiteSpace(x.c))
            .Select(x => string.Create(CultureInfo.InvariantCulture, $"{(int)x.c:X4} {string.Join(',', text.Entities.Where(e => e.Offset <= x.i && e.End > x.i).Select(e => e.Type + e.Url).Order(StringComparer.Ordinal))}")),
    ];

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) i++;
            else if (char.IsSurrogate(text[i])) return false;
        }

        return true;
    }
}
