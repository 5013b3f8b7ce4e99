using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Text;

namespace OpenClaw.Core.Tests.Channels.Text;

/// <summary>Long Markdown in pieces: none too long, nothing lost, no character and no fenced block broken.</summary>
public sealed class MarkdownSplitterTests
{
    [Fact]
    public void Text_ThatFits_IsOnePiece() => Assert.Equal([new string('a', 2_000)], MarkdownSplitter.Split(new string('a', 2_000), 2_000));

    [Fact]
    public void Text_TooLong_IsCutAtParagraphsThenLinesThenWords()
    {
        var paragraphs = string.Join("\n\n", Enumerable.Repeat(new string('a', 150), 3));
        Assert.Equal([new string('a', 150), new string('a', 150), new string('a', 150)], MarkdownSplitter.Split(paragraphs, 250));
        var words = string.Join(' ', Enumerable.Repeat("word", 100));
        Assert.All(MarkdownSplitter.Split(words, 200), p => Assert.All(p.Split(' '), w => Assert.Equal("word", w)));
    }

    [Fact]
    public void Fence_ThatIsCut_IsClosedAndOpenedAgain()
    {
        var text = "Before\n```python\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"print({i})\n")) + "```\nAfter";
        var pieces = MarkdownSplitter.Split(text, 300);
        Assert.True(pieces.Count > 1);
        Assert.All(pieces, p => Assert.Equal(0, p.Split("```").Length % 2 == 1 ? 0 : 1));
        Assert.All(pieces.Skip(1), p => Assert.StartsWith("```python\n", p, StringComparison.Ordinal));
        Assert.EndsWith("After", pieces[^1], StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(0, 60), pieces.SelectMany(p => p.Split('\n')).Where(l => l.StartsWith("print", StringComparison.Ordinal)).Select(l => int.Parse(l[6..^1], CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("😀")]
    [InlineData("👩‍👩‍👧‍👦")]
    [InlineData("é")]
    public void Character_OfSeveralUnits_IsNeverCut(string character)
    {
        var count = 500 / character.Length;
        var pieces = MarkdownSplitter.Split("x" + string.Concat(Enumerable.Repeat(character, count)), 200);
        Assert.All(pieces, p => Assert.InRange(p.Length, 1, 200));
        Assert.Equal(count, pieces.Sum(p => (p.Length - (p[0] == 'x' ? 1 : 0)) / character.Length));
        Assert.All(pieces, p => Assert.Equal(0, (p.Length - (p[0] == 'x' ? 1 : 0)) % character.Length));
    }

    [Fact]
    public void AnyText_NoPieceIsTooLongAndNothingVisibleIsLost() => Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>[]>(), values =>
    {
        var parts = values.Select(v => v.Get).ToArray();
        var text = string.Join("\n", parts.Select((p, i) => i % 4 == 1 ? "```\n" + p + "\n```" : i % 4 == 2 ? p + new string('z', i * 40) : p));
        var pieces = MarkdownSplitter.Split(text, 200);
        Assert.All(pieces, p => Assert.True(p.Length <= 200));
        Assert.Equal(Visible(text), Visible(string.Concat(pieces)));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Card_BecomesMarkdown_AndItsMarksAreNoMarkup()
    {
        var card = new MessageCard("Order *42*", "On its way", [new("State", "sent"), new("By", "_post_")], "https://example.com/a.png");
        Assert.Equal("Hello\n\n**Order \\*42\\***\n\nOn its way\n\n**State:** sent\n\n**By:** _post_\n\nhttps://example.com/a.png", CardText.WithCard(Utf8Text.From("Hello"), card));
        Assert.Equal("Which?\n\n1. Yes\n2. No", CardText.WithButtons("Which?", [new("Yes", "y"), new("No", "n")]));
    }

    private static string Visible(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c) && c is not ('`' or '~')));
}
