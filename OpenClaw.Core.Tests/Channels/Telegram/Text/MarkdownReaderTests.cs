using OpenClaw.Gateway.Core.Channels.Telegram.Protocol;
using OpenClaw.Gateway.Core.Channels.Telegram.Text;

namespace OpenClaw.Core.Tests.Channels.Telegram.Text;

public sealed class MarkdownReaderTests
{
    [Theory]
    [InlineData("**bold**", "bold", "bold 0 4")]
    [InlineData("__bold__", "bold", "bold 0 4")]
    [InlineData("*it* and _it_", "it and it", "italic 0 2;italic 7 2")]
    [InlineData("~~gone~~", "gone", "strikethrough 0 4")]
    [InlineData("<u>under</u>", "under", "underline 0 5")]
    [InlineData("a ||secret|| b", "a secret b", "spoiler 2 6")]
    [InlineData("a || b || c", "a || b || c", "")]
    [InlineData("`a || b ||`", "a || b ||", "code 0 9")]
    [InlineData("`code`", "code", "code 0 4")]
    [InlineData("**bold with `code` in**", "bold with code in", "bold 0 9;code 10 4;bold 15 2")]
    [InlineData("***both***", "both", "bold 0 4;italic 0 4")]
    [InlineData("**bold *and* more**", "bold and more", "bold 0 13;italic 5 3")]
    [InlineData("# Title\n\ntext", "Title\n\ntext", "bold 0 5")]
    [InlineData("- one\n- two\n  - three", "• one\n• two\n   • three", "")]
    [InlineData("3. one\n4. two", "3. one\n4. two", "")]
    [InlineData("> quoted\n> more\n\nown", "quoted\nmore\n\nown", "blockquote 0 11")]
    [InlineData("> a\n> > b", "a\n\nb", "blockquote 0 4")]
    [InlineData("```csharp\nvar x = 1;\n```", "var x = 1;", "pre 0 10 csharp")]
    [InlineData("```\n  indented\n```", "  indented", "pre 0 10")]
    [InlineData("[site](https://example.com/a_b*c*)", "site", "text_link 0 4 https://example.com/a_b*c*")]
    [InlineData("[you](tg://user?id=5)", "you", "text_link 0 3 tg://user?id=5")]
    [InlineData("[mail](mailto:a@example.com)", "mail (mailto:a@example.com)", "")]
    [InlineData("[x](javascript:alert(1))", "x (javascript:alert(1))", "")]
    [InlineData("![cat](https://example.com/c.png)", "cat", "text_link 0 3 https://example.com/c.png")]
    [InlineData("https://example.com/a_b_c", "https://example.com/a_b_c", "")]
    [InlineData("a\nb", "a\nb", "")]
    [InlineData("a<br>b", "a\nb", "")]
    [InlineData("<div>**x**</div>", "<div>x</div>", "bold 5 1")]
    [InlineData("2 * 3 * 4", "2 * 3 * 4", "")]
    [InlineData("snake_case_name", "snake_case_name", "")]
    [InlineData("&amp; &lt;b&gt;", "& <b>", "")]
    [InlineData("a\n\n---\n\nb", "a\n\n———\n\nb", "")]
    [InlineData("👍 **ok**", "👍 ok", "bold 3 2")]
    [InlineData("\u200F**שלום**\u200B!", "\u200Fשלום\u200B!", "bold 1 4")]
    [InlineData("  **a**  ", "a", "bold 0 1")]
    [InlineData("**unclosed", "**unclosed", "")]
    [InlineData("<u>unclosed", "unclosed", "underline 0 8")]
    [InlineData("C++ and C++", "C++ and C++", "")]
    public void Read_Markdown_IsTextAndEntities(string markdown, string text, string entities)
    {
        var read = MarkdownReader.Read(markdown);
        Assert.Equal(text, read.Text);
        Assert.Equal(entities, string.Join(';', read.Entities.Select(Shown)));
    }

    [Fact]
    public void Read_Table_IsCodeInColumns()
    {
        var read = MarkdownReader.Read("| Name | Price |\n|---|---|\n| Tea | **2** |\n| Long coffee | 10 |");
        Assert.Equal("Name        | Price\n------------+------\nTea         | 2\nLong coffee | 10", read.Text);
        Assert.Equal("pre", Assert.Single(read.Entities).Type);
    }

    [Fact]
    public void Read_NestedBeyondSense_StaysAsItIs()
    {
        var deep = string.Concat(Enumerable.Repeat("> ", 5_000)) + "x";
        Assert.Equal(deep, MarkdownReader.Read(deep).Text);
        Assert.Empty(MarkdownReader.Read(deep).Entities);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("||a")]
    [InlineData("[")]
    [InlineData("`")]
    [InlineData("<u>")]
    [InlineData("_*")]
    [InlineData("![](")]
    [InlineData("- ")]
    [InlineData("| a ")]
    public async Task Read_ManyMarks_TakesNoTime(string mark)
    {
        var text = string.Concat(Enumerable.Repeat(mark, 20_000 / mark.Length));
        await Task.Run(() => MarkdownReader.Read(text)).WaitAsync(TimeSpan.FromSeconds(60));
    }

    private static string Shown(TelegramEntity e) => $"{e.Type} {e.Offset} {e.Length} {e.Url}{e.Language}".TrimEnd();
}
