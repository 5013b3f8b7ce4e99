using System.Diagnostics;
using AngleSharp.Dom;
using Bunit;
using OpenClaw.Portal.Components.Controls.Data;

namespace OpenClaw.Portal.Tests.Components.Controls;

public sealed class MarkdownTextTests : BunitContext
{
    private static readonly HashSet<string> Elements =
        ["div", "p", "ul", "ol", "li", "blockquote", "hr", "table", "tbody", "tr", "th", "td", "pre", "code", "br", "del", "strong", "em", "a"];

    private static readonly HashSet<string> Attributes = ["class", "dir", "start", "href", "title", "target", "rel"];

    public static TheoryData<string> Hostile =>
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "a <b onmouseover='x'>b</b>", "<!-- x --><iframe src=\"https://evil\"></iframe>",
        "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](java\tscript:alert(1))", "[x](&#106;avascript:alert(1))", "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)", "[x](file:///etc/passwd)", "[x](//evil.example/a)", "[x](/t/default/agents)", "[x](?after=1)", "[x](\u0001javascript:alert(1))",
        "[x](https://bank.example@evil.example/)", "<javascript:alert(1)>", "[a]: javascript:alert(1)\n\n[a]", "![p](https://evil.example/pixel.gif)", "![p](javascript:alert(1))",
        "[x](https://a.example \"\" onclick=alert(1))", "[x](https://a.example/\"onmouseover=\"alert(1))", "`<script>`", "```html\n<script>alert(1)</script>\n```", "~~~\"><script>\nx\n~~~",
        "| a | <script> |\n|---|---|\n| [x](javascript:1) | ![](data:x) |", "> <form action=x><input>", "1. <style>*{}</style>", "# <h1>", "&lt;script&gt;", "\u202e[x](https://a.example)", "<a href=\"javascript:1\">x</a>",
        "\0\ud800", "[![x](javascript:1)](javascript:2)", "<https://a.example/><script>",
    ];

    [Theory, MemberData(nameof(Hostile))]
    public void Text_Hostile_BecomesNothingButHarmlessElements(string text)
    {
        var shown = Render<MarkdownText>(p => p.Add(m => m.Text, text));
        foreach (var element in shown.FindAll("*"))
        {
            Assert.Contains(element.LocalName, Elements);
            Assert.All(element.Attributes.Where(a => !a.Name.StartsWith("blazor:", StringComparison.Ordinal)), a => Assert.Contains(a.Name, Attributes));
        }

        foreach (var link in shown.FindAll("a"))
        {
            Assert.Matches("^(https?://(?!.*@)|mailto:)", link.GetAttribute("href"));
            Assert.Equal(("_blank", "noopener noreferrer nofollow"), (link.GetAttribute("target"), link.GetAttribute("rel")));
        }
    }

    [Fact]
    public void Text_Common_LooksAsItIsMeant()
    {
        var shown = Render<MarkdownText>(p => p.Add(m => m.Text, "# Order\n\nIt is **sent** and *paid*, ~~not~~ `code`.\nSecond line\n\n- one\n- two\n\n3. three\n\n> quote\n\n```\na < b\n```\n\n|x|y|\n|-|-|\n|1|2|\n\nsee https://a.example/b?c=1&d=2 and [mail](mailto:a@b.example)"));
        Assert.Equal("Order", shown.Find("p.md-head").TextContent);
        Assert.Equal(("sent", "paid", "not"), (shown.Find("strong").TextContent, shown.Find("em").TextContent, shown.Find("del").TextContent));
        Assert.NotNull(shown.Find("p > br"));
        Assert.Equal(["one", "two"], shown.FindAll("ul > li").Select(l => l.TextContent));
        Assert.Equal("3", shown.Find("ol").GetAttribute("start"));
        Assert.Equal("a < b", shown.Find("pre code").TextContent);
        Assert.Equal(["x", "y"], shown.FindAll("th").Select(c => c.TextContent));
        Assert.Equal(["https://a.example/b?c=1&d=2", "mailto:a@b.example"], shown.FindAll("a").Select(a => a.GetAttribute("href")));
    }

    [Fact]
    public void Text_APicture_IsALinkThatLoadsNothing()
    {
        var link = Render<MarkdownText>(p => p.Add(m => m.Text, "![a cat](https://a.example/cat.png)")).Find("a");
        Assert.Equal(("Picture: a cat", "https://a.example/cat.png"), (link.TextContent, link.GetAttribute("href")));
    }

    [Theory]
    [InlineData("[")]
    [InlineData("> ")]
    [InlineData("*a ")]
    [InlineData("**_~~")]
    [InlineData("- ")]
    [InlineData("![")]
    [InlineData("<")]
    [InlineData("`")]
    [InlineData("|-")]
    [InlineData("[a](")]
    [InlineData("\\")]
    [InlineData("https://")]
    public void Text_RepeatedBeyondSense_IsShownInTime(string part)
    {
        var text = string.Concat(Enumerable.Repeat(part, MarkdownTree.Longest / part.Length));
        var watch = Stopwatch.StartNew();
        Assert.NotNull(Render<MarkdownText>(p => p.Add(m => m.Text, text)).Find(".text"));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"{watch.Elapsed}");
    }

    [Fact]
    public void Text_TooLong_IsShownAsItIs()
    {
        var text = new string('*', MarkdownTree.Longest) + "<b>";
        Assert.Equal(text, Render<MarkdownText>(p => p.Add(m => m.Text, text)).Find(".text").TextContent);
    }
}
