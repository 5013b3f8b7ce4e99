using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Answers;
using OpenClaw.Gateway.Core.Channels.Telegram.Text;
using OpenClaw.Gateway.Core.Channels.Text;

namespace OpenClaw.Core.Tests.Channels.Email.Answers;

public sealed partial class MarkdownMailTests
{
    [Theory]
    [InlineData("Hello **world**, *this* is ~~not~~ `code`.", "<p>Hello <strong>world</strong>, <em>this</em> is <del>not</del> <code>code</code>.</p>", "Hello *world*, this is ~not~ `code`.")]
    [InlineData("# Title\n\ntext", "<h2>Title</h2>\n<p>text</p>", "Title\n=====\n\ntext")]
    [InlineData("one\ntwo<br>three", "<p>one<br>\ntwo<br>\nthree</p>", "one\ntwo\nthree")]
    [InlineData("- a\n- b\n  1. c\n  2. d", "<ul>\n<li>a\n</li>\n<li>b\n<ol>\n<li>c\n</li>\n<li>d\n</li>\n</ol>\n</li>\n</ul>", "- a\n- b\n  1. c\n  2. d")]
    [InlineData("3. c\n4. d", "<ol start=\"3\">", "3. c\n4. d")]
    [InlineData("> quoted\n> more\n\nown", "border-left:3px solid #999\">\n<p>quoted<br>\nmore</p>\n</blockquote>\n<p>own</p>", "> quoted\n> more\n\nown")]
    [InlineData("```cs\nif (a < b)\n  c();\n```", ">if (a &lt; b)\n  c();</pre>", "    if (a < b)\n      c();")]
    [InlineData("| a | b |\n|---|---|\n| 1 | 2<br>3 <u>4 |", "<th>a</th>\n<th>b</th>\n</tr>\n<tr><td>1</td>", "a | b\n--+---------\n1 | 2 3 <u>4")]
    [InlineData("a\n\n---\n\nb", "<hr>", "a\n\n------------------------\n\nb")]
    [InlineData("[the site](https://example.org/a?b=1&c=2)", "<a href=\"https://example.org/a?b=1&amp;c=2\">the site</a>", "the site (https://example.org/a?b=1&c=2)")]
    [InlineData("see https://example.org/x.", "<a href=\"https://example.org/x\">https://example.org/x</a>.", "see https://example.org/x.")]
    [InlineData("<bob@example.org> and <https://example.org>", "<a href=\"mailto:bob@example.org\">bob@example.org</a>", "bob@example.org and https://example.org")]
    [InlineData("![a map](https://example.org/map.png)", "<a href=\"https://example.org/map.png\">a map</a>", "a map (https://example.org/map.png)")]
    [InlineData("&copy; &lt;b&gt; AT&T", "<p>© &lt;b&gt; AT&amp;T</p>", "© <b> AT&T")]
    public void Of_Markdown_IsBothForms(string markdown, string html, string text)
    {
        var body = MarkdownMail.Of(new() { Text = markdown });
        Assert.Contains(html, body.Html, StringComparison.Ordinal);
        Assert.Equal(text + "\n", body.Text);
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("[x](javascript:alert(1))")]
    [InlineData("[x](JaVaScRiPt:alert(1))")]
    [InlineData("[x](data:text/html,<script>)")]
    [InlineData("[x](file:///etc/passwd)")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("![x](https://tracker.example/p.gif)")]
    [InlineData("[x](https://a.example/\"onmouseover=\"alert(1))")]
    [InlineData("<style>body{display:none}</style>\n\n<form action=https://x.example>")]
    [InlineData("| <iframe src=x> |\n|---|\n| </table><script> |")]
    [InlineData("```\n</pre><script>\n```")]
    [InlineData("`</code><script>`")]
    public void Of_HostileMarkdown_IsHarmless(string markdown) => AssertHarmless(MarkdownMail.Of(new() { Text = markdown }).Html);

    [Fact]
    public void Of_AnyPiecesOfMarkdown_AreHarmlessAndKeepTheirWords()
    {
        string[] pieces = ["<", ">", "\"", "'", "&", "`", "```\n", "[", "](", ")", "![", "javascript:", "https://x.example", "<script>", "</p>", "\n", "\n\n", "> ", "- ", "1. ", "|", "|---|", "**", "~~", "#", " ", "\0", "onload=", "<a href=", "&#106;", "word", "\u202E", "\ud800", "cid:", "<br>", "\\"];
        Prop.ForAll(Gen.ArrayOf(Gen.Elements(pieces)).Select(string.Concat).ToArbitrary(), markdown =>
        {
            var body = MarkdownMail.Of(new() { Text = markdown, Card = new(markdown, markdown, [new(markdown, markdown)], markdown), Buttons = [new(markdown, markdown)], Quote = new(markdown, default, markdown) });
            AssertHarmless(body.Html);
            Assert.True(Words(body.Html) >= Words(markdown) && Words(body.Text) >= Words(markdown));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Of_TooLongOrTooDeep_StaysAsItIsWritten()
    {
        var text = new string('>', 5_000) + " <b> deep";
        foreach (var written in (string[])[text, new string('*', SafeMarkdown.Longest + 1) + "<b>", new string('[', SafeMarkdown.MostBrackets + 1) + "<b>"])
        {
            var body = MarkdownMail.Of(new() { Text = written });
            Assert.Equal(written + "\n", body.Text);
            AssertHarmless(body.Html);
            Assert.Contains("&lt;b&gt;", body.Html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Of_WordsNestedBeyondReason_KeepTheProcessAlive()
    {
        foreach (var depth in (int[])[1_000, 3_000, 4_900])
            foreach (var text in (string[])[string.Concat(Enumerable.Repeat("*a ", depth)) + "word" + string.Concat(Enumerable.Repeat(" b*", depth)), string.Concat(Enumerable.Repeat("![", depth)) + "word" + string.Concat(Enumerable.Repeat("](u)", depth)), new string('[', depth) + "word"])
            {
                var body = MarkdownMail.Of(new() { Text = text });
                AssertHarmless(body.Html);
                Assert.Equal((1, 1), (Words(body.Html), Words(body.Text)));
                Assert.Contains("word", MarkdownReader.Read(text).Text, StringComparison.Ordinal);
            }
    }

    [Fact]
    public void Of_DeepQuotes_DoNotGrowWithoutBound()
    {
        var text = string.Concat(Enumerable.Repeat("> ", 60)) + string.Concat(Enumerable.Repeat("a\n", 50_000));
        var body = MarkdownMail.Of(new() { Text = text });
        Assert.True(body.Text.Length + body.Html.Length < 30 * text.Length, $"{body.Text.Length} {body.Html.Length}");
    }

    [Fact]
    public void Of_PictureThatTravelsAlong_IsShown()
    {
        var answer = new MailAnswer
        {
            Text = "![a \"map\"](https://example.org/map.png)",
            Card = new("Card", null, null, "https://example.org/card.png"),
            Pictures = new Dictionary<string, string>(StringComparer.Ordinal) { ["https://example.org/map.png"] = "1@x", ["https://example.org/card.png"] = "2@x" },
        };
        var body = MarkdownMail.Of(answer);
        Assert.Contains("<img src=\"cid:1@x\" alt=\"a &quot;map&quot;\"", body.Html, StringComparison.Ordinal);
        Assert.Contains("<img src=\"cid:2@x\" alt=\"\"", body.Html, StringComparison.Ordinal);
        Assert.Equal("[picture: a \"map\"]\n\n*Card*\n\n[picture]\n", body.Text);
    }

    [Fact]
    public void Of_CardAndButtons_AreText()
    {
        var body = MarkdownMail.Of(new() { Text = "Choose.", Card = new("Order *7*", "**Ready**", [new("Price", "3 €")], null), Buttons = [new("Yes", "y"), new("No\nthanks", "n")] });
        Assert.Equal("Choose.\n\n*Order *7**\n\n*Ready*\n\n*Price:* 3 €\n\nReply with the number of your choice:\n1) Yes\n2) No thanks\n", body.Text);
        Assert.Contains("<p><strong>Order *7*</strong></p>\n<p><strong>Ready</strong></p>\n<p><strong>Price:</strong> 3 €</p>\n<p>Reply with the number of your choice:</p>\n<ol>\n<li>Yes</li>\n<li>No thanks</li>\n</ol>\n", body.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2", "n")]
    [InlineData(" 1) ", "y")]
    [InlineData("#2.", "n")]
    [InlineData("\n\nyes!\n\nBest, Bob", "y")]
    [InlineData("No thanks", "n")]
    [InlineData("3", null)]
    [InlineData("0", null)]
    [InlineData("99999999999999999999", null)]
    [InlineData("Yes please do", null)]
    [InlineData("", null)]
    public void Chosen_FirstLine_IsTheButton(string reply, string? value) =>
        Assert.Equal(value, AnswerButtons.Chosen(reply, [new("Yes", "y"), new("No\nthanks", "n")])?.Value);

    [Fact]
    public void Of_Quote_IsBelowInBothForms()
    {
        var body = MarkdownMail.Of(new() { Text = "Done.", Quote = new("Bob <b>\r\nX", new(2026, 11, 3, 4, 5, 6, TimeSpan.FromHours(1)), "please\r\n\r\n> older\n<script>") });
        Assert.Equal("Done.\n\nOn Tue, 3 Nov 2026 at 04:05, Bob <b> X wrote:\n> please\n>\n>> older\n> <script>\n", body.Text);
        Assert.Contains("<p>On Tue, 3 Nov 2026 at 04:05, Bob &lt;b&gt; X wrote:</p>\n<blockquote type=\"cite\"", body.Html, StringComparison.Ordinal);
        AssertHarmless(body.Html);
    }

    [Fact]
    public void Of_LongQuote_IsCut()
    {
        var lines = MailQuotes.AsText(new("Bob", default, string.Concat(Enumerable.Repeat("line\n", 10_000)))).Split('\n');
        Assert.Equal((MailQuotes.MostLines + 2, "> […]"), (lines.Length, lines[^1]));
        Assert.True(MailQuotes.AsText(new("Bob", default, string.Concat(Enumerable.Repeat("👩", 1_000_000)))).Length < MailQuotes.MostCharacters + 100);
    }

    private static int Words(string text) => Word().Count(text);

    /// <summary>Only elements and attributes that this code writes, and only addresses that load nothing.</summary>
    private static void AssertHarmless(string html)
    {
        foreach (Match tag in Tag().Matches(html))
        {
            Assert.Contains(tag.Groups["name"].Value, (string[])["!DOCTYPE", "html", "head", "meta", "body", "p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "hr", "table", "tr", "th", "td", "pre", "br", "code", "strong", "em", "del", "a", "img", "div"]);
            foreach (Match attribute in Attribute().Matches(tag.Groups["rest"].Value))
            {
                var (name, value) = (attribute.Groups["name"].Value, attribute.Groups["value"].Value);
                Assert.Contains(name, (string[])["html", "style", "href", "src", "alt", "start", "border", "cellpadding", "type", "charset", "name", "content"]);
                if (name == "href") Assert.Matches(@"\A(https?://|mailto:)", value);
                if (name == "src") Assert.StartsWith("cid:", value, StringComparison.Ordinal);
                if (name == "style") Assert.DoesNotContain("url(", value, StringComparison.Ordinal);
            }
        }

        Assert.DoesNotContain("<", Tag().Replace(html, ""), StringComparison.Ordinal);
    }

    [GeneratedRegex("</?(?<name>!?[a-zA-Z0-9]+)(?<rest>(?:[^<>\"]|\"[^\"<>]*\")*)>", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Tag();

    [GeneratedRegex("(?<name>[a-zA-Z-]+)(=\"(?<value>[^\"]*)\")?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Attribute();

    [GeneratedRegex("word", RegexOptions.CultureInvariant, 10_000)]
    private static partial Regex Word();
}
